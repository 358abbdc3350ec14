#import "ModelRunner.h"

NS_ASSUME_NONNULL_BEGIN

struct OrtSession;
typedef struct OrtSession OrtSession;

/// ONNX Runtime's CPU provider: `.onnx` and `.ort`, on iOS and here by one C API.
///
/// The options are those of pipeline/targets/onnxruntime.py: every graph optimisation, as apps have
/// it by default.
@interface OnnxRuntimeRunner : NSObject <ModelRunner> {
   @private
    OrtSession *_session;
    ONPModel *_model;
}
- (instancetype)init NS_UNAVAILABLE;
@end

NS_ASSUME_NONNULL_END
