// PyTorch's headers come first: they have names that Objective-C has as macros.
#undef YES
#undef NO
#undef DEBUG
#include <ATen/Parallel.h>
#include <caffe2/serialize/versions.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/module.h>

#import "LibTorchRunner.h"

#include <map>
#include <sstream>

#import "LibTorchTensors.h"
#import "conversion.h"
#include "problem.h"

/// The module, and the quantized engine that it runs under, -1 where any will do.
struct ONPMobileModule {
    torch::jit::mobile::Module module;
    int engine;
};

namespace {

/// What PyTorch says, without its C++ backtrace and its advice to those who build it.
NSString *said(const std::string &problem) {
    const std::string unknown = "Following ops cannot be found: [";
    const std::size_t from = problem.find(unknown);
    const std::size_t to = problem.find(']', from);
    if (from != std::string::npos && to != std::string::npos) {
        const std::size_t start = from + unknown.size();
        return onpar::ns_string("it has no " + onpar::one_line(problem.substr(start, to - start)));
    }
    return onpar::ns_string(
        onpar::one_line(problem.substr(0, problem.find("Exception raised from")), 200));
}

/// Weights are packed for the engine that is set while they are loaded. Throws std::runtime_error
/// if this build of PyTorch does not support it.
int set_engine(const std::string &name) {
    if (name.empty()) {
        return -1;
    }
    for (at::QEngine engine : at::globalContext().supportedQEngines()) {
        std::string known = c10::toString(engine);
        for (char &c : known) {
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
        if (known == name) {
            at::globalContext().setQEngine(engine);
            return static_cast<int>(engine);
        }
    }
    throw std::runtime_error("this build has no quantized engine " + name);
}

}  // namespace

@implementation LibTorchRunner

+ (NSString *)runtime {
    return @"libtorch";
}

+ (NSString *)displayName {
    return @"LibTorch";
}

+ (NSString *)runtimeVersion {
    return @TORCH_VERSION;
}

+ (NSArray<NSString *> *)formats {
    return @[ @"ptl" ];
}

+ (id<ModelRunner>)loadModel:(ONPModel *)model
                     content:(NSData *)content
                     threads:(NSInteger)threads
                       error:(NSError **)error {
    LibTorchRunner *runner = [[[LibTorchRunner alloc] initEmpty] autorelease];
    runner->_model = [model retain];
    const std::string problem = onpar::problem_of([&] {
        if (threads > 0) {
            at::set_num_threads(static_cast<int>(threads));
        }
        const int engine = set_engine(onpar::string(model.engine));
        std::istringstream stream(
            std::string(static_cast<const char *>(content.bytes), content.length));
        runner->_module = new ONPMobileModule{torch::jit::_load_for_mobile(stream), engine};
    });
    if (!problem.empty()) {
        const int bytecode = static_cast<int>(caffe2::serialize::kMaxSupportedBytecodeVersion);
        onpar::set(
            error,
            [NSString stringWithFormat:@"%@: LibTorch %s cannot load it (%@); export it for this "
                                       @"runtime: bytecode %d or older, frozen as `onpar export` "
                                       @"does it, without operators that are newer",
                                       model.name, TORCH_VERSION, said(problem), bytecode]);
        return nil;
    }
    return runner;
}

- (instancetype)initEmpty {
    return [super init];
}

- (void)dealloc {
    delete _module;
    [_model release];
    [super dealloc];
}

- (NSString *)engine {
    if (_module->engine < 0) {
        return @"";
    }
    return _model.engine;
}

- (NSString *)computeUnit {
    return @"CPU";
}

- (NSDictionary<NSString *, ONPTensor *> *)run:(NSDictionary<NSString *, ONPTensor *> *)inputs
                                         error:(NSError **)error {
    NSMutableDictionary<NSString *, ONPTensor *> *all = [NSMutableDictionary dictionary];
    const std::string problem = onpar::problem_of([&] {
        if (_module->engine >= 0) {
            // It is the process's: another model may have set another one.
            at::globalContext().setQEngine(static_cast<at::QEngine>(_module->engine));
        }
        c10::InferenceMode inference;
        std::vector<c10::IValue> values;
        for (ONPTensorSpec *spec in _model.inputs) {
            values.push_back(onpar::torch_lite::given([inputs objectForKey:spec.name]));
        }
        for (const auto &[name, tensor] : onpar::torch_lite::outputs(
                 _module->module.forward(std::move(values)), _model.outputs)) {
            [all setObject:tensor forKey:onpar::ns_string(name)];
        }
    });
    if (!problem.empty()) {
        onpar::set(error, [NSString stringWithFormat:@"%@: LibTorch failed (%@); export it again, "
                                                     @"and try it with `onpar capture`",
                                                     _model.name, said(problem)]);
        return nil;
    }
    return all;
}

@end
