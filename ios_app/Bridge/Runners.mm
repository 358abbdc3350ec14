#import "Runners.h"

#import "OnnxRuntimeRunner.h"
#if defined(__APPLE__)
#import "CoreMLRunner.h"
#endif
#if ONPAR_LIBTORCH
#import "LibTorchRunner.h"
#endif

NSArray<Class> *ONPRunners(void) {
    return @[
        [OnnxRuntimeRunner class],
#if defined(__APPLE__)
        [CoreMLRunner class],
#endif
#if ONPAR_LIBTORCH
        [LibTorchRunner class],
#endif
    ];
}

Class ONPRunner(NSString *runtime) {
    for (Class<ModelRunner> one in ONPRunners()) {
        if ([[one runtime] isEqualToString:runtime]) {
            return one;
        }
    }
    return Nil;
}
