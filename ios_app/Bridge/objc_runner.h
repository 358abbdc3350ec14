#import <Foundation/Foundation.h>

#include <memory>

#include "../Core/runner.h"
#import "ModelRunner.h"

namespace onpar {

/// A runner of the core that is one of Objective-C, which it retains.
std::unique_ptr<Runner> core_runner(id<ModelRunner> runner);

}  // namespace onpar
