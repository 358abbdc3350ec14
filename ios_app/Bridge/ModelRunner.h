#import <Foundation/Foundation.h>

#if defined(GNUSTEP)
// GNUstep's is empty.
#undef NS_UNAVAILABLE
#define NS_UNAVAILABLE __attribute__((unavailable))
#endif

NS_ASSUME_NONNULL_BEGIN

/// The domain of every error here; its localizedDescription is a sentence for the user.
extern NSString *const ONPErrorDomain;

/// A dense tensor: its values are contiguous bytes, in C order and little-endian, never boxed.
///
/// Instance variables stand in the interfaces here because GNUstep's runtime has them there.
@interface ONPTensor : NSObject {
   @private
    NSString *_dtype;
    NSArray<NSNumber *> *_shape;
    NSData *_data;
}

/// numpy's name: `uint8`, `int8`, `float32`, `int32` or `int64`.
@property(nonatomic, readonly, copy) NSString *dtype;

/// Its sides, outermost first.
@property(nonatomic, readonly, copy) NSArray<NSNumber *> *shape;

@property(nonatomic, readonly, copy) NSData *data;

- (instancetype)initWithDtype:(NSString *)dtype
                        shape:(NSArray<NSNumber *> *)shape
                         data:(NSData *)data NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

@end

/// Name, item type and shape of one input or output.
@interface ONPTensorSpec : NSObject {
   @private
    NSString *_name;
    NSString *_dtype;
    NSArray<NSNumber *> *_shape;
}

@property(nonatomic, readonly, copy) NSString *name;
@property(nonatomic, readonly, copy) NSString *dtype;
@property(nonatomic, readonly, copy) NSArray<NSNumber *> *shape;

- (instancetype)initWithName:(NSString *)name
                       dtype:(NSString *)dtype
                       shape:(NSArray<NSNumber *> *)shape NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

/// Type and shape, such as `float32 [1, 3, 400, 400]`.
- (NSString *)text;

@end

/// Type and shape, such as `float32 [1, 3, 400, 400]`.
extern NSString *ONPText(NSString *dtype, NSArray<NSNumber *> *shape);

/// The error of a sentence: what the user can fix.
extern NSError *ONPError(NSString *sentence);

/// What a runner is to load: the file, and what its sidecar says of it.
@interface ONPModel : NSObject {
   @private
    NSString *_path;
    NSString *_format;
    NSString *_engine;
    NSArray<ONPTensorSpec *> *_inputs;
    NSArray<ONPTensorSpec *> *_outputs;
}

/// The file, or the folder of an `.mlpackage`.
@property(nonatomic, readonly, copy) NSString *path;

/// `onnx`, `ort`, `ptl`, `coreml`, ...
@property(nonatomic, readonly, copy) NSString *format;

/// The quantized engine that it must run under, empty where any will do.
@property(nonatomic, readonly, copy) NSString *engine;

@property(nonatomic, readonly, copy) NSArray<ONPTensorSpec *> *inputs;
@property(nonatomic, readonly, copy) NSArray<ONPTensorSpec *> *outputs;

- (instancetype)initWithPath:(NSString *)path
                      format:(NSString *)format
                      engine:(NSString *)engine
                      inputs:(NSArray<ONPTensorSpec *> *)inputs
                     outputs:(NSArray<ONPTensorSpec *> *)outputs NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

/// The file's name.
@property(nonatomic, readonly, copy) NSString *name;

@end

/// A model, loaded by a runtime and ready to run: all that the rest of the app knows of a runtime.
///
/// To add a runtime, write one class and one line in Runners.mm. One thread at a time uses a
/// runner.
@protocol ModelRunner <NSObject>

/// What captures and the command line call the runtime: `onnxruntime`.
+ (NSString *)runtime;

/// What people call it: `ONNX Runtime`.
+ (NSString *)displayName;

/// The version that the runtime itself states.
+ (NSString *)runtimeVersion;

/// The formats that it loads.
+ (NSArray<NSString *> *)formats;

/// Load a model.
///
/// `content` is the file's bytes, whose digest captures carry: a runner loads these, and nothing
/// else of a file. It ends with this call. Nil for a folder. `threads` to compute with; 0 leaves it
/// to the runtime. Nil with an error where the runtime cannot load it, or it has other inputs or
/// outputs than its sidecar says.
+ (nullable id<ModelRunner>)loadModel:(ONPModel *)model
                              content:(nullable NSData *)content
                              threads:(NSInteger)threads
                                error:(NSError **)error;

/// What computes inside of the runtime, where there are several.
@property(nonatomic, readonly, copy) NSString *engine;

/// What computes: `CPU`, `GPU`, `NPU`, or several of them with `+`.
@property(nonatomic, readonly, copy) NSString *computeUnit;

/// Run once: inputs by name in, outputs by name out, in memory of their own. Nil with an error
/// where the runtime fails.
- (nullable NSDictionary<NSString *, ONPTensor *> *)
      run:(NSDictionary<NSString *, ONPTensor *> *)inputs
    error:(NSError **)error;

@end

NS_ASSUME_NONNULL_END
