#import "ModelRunner.h"

NS_ASSUME_NONNULL_BEGIN

/// Core ML: an `.mlpackage`, compiled on the device when it is loaded.
///
/// Compiled by Xcode only, and not yet run.
@interface CoreMLRunner : NSObject <ModelRunner> {
   @private
    id _loaded;
    ONPModel *_model;
}
- (instancetype)init NS_UNAVAILABLE;
@end

NS_ASSUME_NONNULL_END
