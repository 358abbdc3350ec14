#import "ONPPhoto.h"
#import "ONPResult.h"

NS_ASSUME_NONNULL_BEGIN

struct ONPLoaded;

/// One case of a sidecar: its name, and its photo's file name.
@interface ONPCase : NSObject {
   @private
    NSString *_name;
    NSString *_image;
}
@property(nonatomic, readonly, copy) NSString *name;
@property(nonatomic, readonly, copy) NSString *image;
@end

/// A model on a runtime, with all that its sidecar says.
@interface ONPSession : NSObject {
   @private
    struct ONPLoaded *_loaded;
}

/// The runtimes that this build has, by the name that captures carry.
+ (NSArray<NSString *> *)runtimes;

/// What people call a runtime.
+ (NSString *)displayNameOf:(NSString *)runtime;

/// What the runtime states as its version.
+ (NSString *)versionOf:(NSString *)runtime;

/// Those of them that support the model of this sidecar (`M.onnx` for `M.onnx.json`), by its
/// format; nil with an error if the sidecar cannot be read.
+ (nullable NSArray<NSString *> *)runtimesForSidecarAt:(NSString *)path error:(NSError **)error;

/// Load the model at the path; its sidecar is the same path with `.json` behind it.
///
/// `runtime` is empty for the first that takes the model. `target` is what captures say of the
/// place: `ios-device`, `ios-simulator` or `ios-host`.
/// `threads` for the runtime, 0: its own choice. `runs` measured after one warm-up; 0: as many as
/// the first run's time allows. Nil with a sentence for the user.
- (nullable instancetype)initWithModelAt:(NSString *)path
                                 runtime:(NSString *)runtime
                                  target:(NSString *)target
                                 threads:(NSInteger)threads
                                    runs:(NSInteger)runs
                                   error:(NSError **)error NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

/// The cases that the model's author wants to see run.
@property(nonatomic, readonly, copy) NSArray<ONPCase *> *cases;

/// Perform the steps of the model's chain. One thread at a time.
- (nullable ONPResult *)segment:(ONPPhoto *)photo
                       caseName:(NSString *)caseName
                          error:(NSError **)error;

@end

NS_ASSUME_NONNULL_END
