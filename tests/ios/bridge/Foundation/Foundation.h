#pragma once

// As much of Foundation as ONPSession.h needs to be read.

#include <stdint.h>

#define NS_ASSUME_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define NS_ASSUME_NONNULL_END _Pragma("clang assume_nonnull end")
#define NS_DESIGNATED_INITIALIZER __attribute__((objc_designated_initializer))
#define NS_UNAVAILABLE __attribute__((unavailable))

typedef long NSInteger;
typedef signed char BOOL;

NS_ASSUME_NONNULL_BEGIN

@protocol NSObject
@end

__attribute__((objc_root_class))
@interface NSObject <NSObject>
- (instancetype)init;
@end

@interface NSString : NSObject
@end

@interface NSData : NSObject
@end

@interface NSNumber : NSObject
@end

@interface NSError : NSObject
@end

@interface NSArray<__covariant Value> : NSObject
@end

@interface NSDictionary<__covariant Key, __covariant Value> : NSObject
@end

NS_ASSUME_NONNULL_END
