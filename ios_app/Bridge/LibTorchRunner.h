#import "ModelRunner.h"

NS_ASSUME_NONNULL_BEGIN

struct ONPMobileModule;

/// LibTorch-Lite's mobile loader for `.ptl`: on iOS the pod's, here libtorch's of the same version.
@interface LibTorchRunner : NSObject <ModelRunner> {
   @private
    struct ONPMobileModule *_module;
    ONPModel *_model;
}
- (instancetype)init NS_UNAVAILABLE;
@end

NS_ASSUME_NONNULL_END
