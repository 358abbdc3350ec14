#pragma once

#import <Foundation/Foundation.h>

namespace onpar {

/// An autorelease pool that is drained where its scope ends, also by an exception of C++.
class Pool {
   public:
    Pool() = default;
    ~Pool() { [pool_ drain]; }
    Pool(const Pool &) = delete;
    Pool &operator=(const Pool &) = delete;

   private:
    NSAutoreleasePool *pool_ = [[NSAutoreleasePool alloc] init];
};

}  // namespace onpar
