#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

/// The domain of every error here; its localizedDescription is a sentence for the user.
extern NSString *const ONPErrorDomain;

/// A dense tensor: its values are contiguous bytes, in C order and little-endian, never boxed.
@interface ONPTensor : NSObject

/// numpy's name: `uint8`, `float32`, `int32` or `int64`.
@property(nonatomic, readonly, copy) NSString *dtype;

/// Its sides, outermost first.
@property(nonatomic, readonly, copy) NSArray<NSNumber *> *shape;

@property(nonatomic, readonly, copy) NSData *data;

- (instancetype)initWithDtype:(NSString *)dtype
                        shape:(NSArray<NSNumber *> *)shape
                         data:(NSData *)data NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

@end

/// What a runner is to load: the file, and what its sidecar says of it.
@interface ONPModel : NSObject

/// The file, or the folder of an `.mlpackage`.
@property(nonatomic, readonly, copy) NSString *path;

/// The file's bytes, whose digest captures carry; nil for a folder. A runner that can loads these.
@property(nonatomic, readonly, copy, nullable) NSData *content;

/// `onnx`, `ort`, `ptl`, `coreml`, ...
@property(nonatomic, readonly, copy) NSString *format;

/// The quantized engine that it must run under, empty where any will do.
@property(nonatomic, readonly, copy) NSString *engine;

/// Names of its inputs and outputs, in the sidecar's order.
@property(nonatomic, readonly, copy) NSArray<NSString *> *inputNames;
@property(nonatomic, readonly, copy) NSArray<NSString *> *outputNames;

/// By name, what the sidecar says of an input or output, such as `float32 [1, 3, 400, 400]`.
@property(nonatomic, readonly, copy) NSDictionary<NSString *, NSString *> *inputSpecs;
@property(nonatomic, readonly, copy) NSDictionary<NSString *, NSString *> *outputSpecs;

- (instancetype)initWithPath:(NSString *)path
                     content:(nullable NSData *)content
                      format:(NSString *)format
                      engine:(NSString *)engine
                  inputNames:(NSArray<NSString *> *)inputNames
                  inputSpecs:(NSDictionary<NSString *, NSString *> *)inputSpecs
                 outputNames:(NSArray<NSString *> *)outputNames
                 outputSpecs:(NSDictionary<NSString *, NSString *> *)outputSpecs
    NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

/// The file's name.
@property(nonatomic, readonly, copy) NSString *name;

@end

/// A model, loaded by a runtime and ready to run: all that the rest of the app knows of a runtime.
///
/// To add a runtime, write one class and one line in Runners.mm. One thread at a time uses a runner.
@protocol ModelRunner <NSObject>

/// What captures and the command line call the runtime: `onnxruntime`.
+ (NSString *)runtime;

/// What people call it: `ONNX Runtime`.
+ (NSString *)displayName;

/// The formats that it loads.
+ (NSArray<NSString *> *)formats;

/// Load a model. `threads` to compute with; 0 leaves it to the runtime. Nil with an error where the
/// runtime cannot load it, or it has other inputs or outputs than its sidecar says.
+ (nullable id<ModelRunner>)loadModel:(ONPModel *)model
                              threads:(NSInteger)threads
                                error:(NSError **)error;

/// The version that the runtime itself states.
@property(nonatomic, readonly, copy) NSString *runtimeVersion;

/// What computes inside of the runtime, where there are several.
@property(nonatomic, readonly, copy) NSString *engine;

/// Run once: inputs by name in, outputs by name out, in memory of their own. Nil with an error where
/// the runtime fails.
- (nullable NSDictionary<NSString *, ONPTensor *> *)run:(NSDictionary<NSString *, ONPTensor *> *)inputs
                                                  error:(NSError **)error;

@end

NS_ASSUME_NONNULL_END
