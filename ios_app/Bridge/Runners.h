#import "ModelRunner.h"

NS_ASSUME_NONNULL_BEGIN

/// The classes of the runtimes that this build has: the first that takes a format is its default.
NSArray<Class> *ONPRunners(void);

/// The class of this runtime, nil where this build has none of that name.
Class _Nullable ONPRunner(NSString *runtime);

NS_ASSUME_NONNULL_END
