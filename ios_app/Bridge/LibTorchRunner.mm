// PyTorch's headers come first: they have names that Objective-C has as macros.
#undef YES
#undef NO
#undef DEBUG
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <caffe2/serialize/versions.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/module.h>

#import "LibTorchRunner.h"

#include <map>
#include <sstream>

#import "conversion.h"
#include "problem.h"

/// The module, and the quantized engine that it runs under, -1 where any will do.
struct ONPMobileModule {
    torch::jit::mobile::Module module;
    int engine;
};

namespace {

struct ScalarType {
    at::ScalarType torch;
    const char *numpy;
};

constexpr ScalarType scalar_types[] = {
    {at::kByte, "uint8"},
    {at::kFloat, "float32"},
    {at::kInt, "int32"},
    {at::kLong, "int64"},
};

/// numpy's name, PyTorch's where a capture cannot hold it.
std::string numpy_name(at::ScalarType type) {
    for (const ScalarType &one : scalar_types) {
        if (one.torch == type) {
            return one.numpy;
        }
    }
    return c10::toString(type);
}

at::ScalarType scalar_type(NSString *dtype) {
    for (const ScalarType &one : scalar_types) {
        if ([dtype isEqualToString:@(one.numpy)]) {
            return one.torch;
        }
    }
    throw std::runtime_error("got an input " + onpar::string(dtype));
}

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
/// where this build of PyTorch lacks it.
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
    throw std::runtime_error("this build lacks the quantized engine " + name);
}

/// A copy: PyTorch may keep what it is given for longer than its caller does.
at::Tensor given(ONPTensor *tensor) {
    const std::vector<int64_t> shape = onpar::sides(tensor.shape);
    return at::from_blob(const_cast<void *>(tensor.data.bytes), shape,
                         at::dtype(scalar_type(tensor.dtype)))
        .clone();
}

ONPTensor *returned(const c10::IValue &value) {
    if (!value.isTensor()) {
        throw std::runtime_error("one of its outputs is no tensor");
    }
    const at::Tensor tensor = value.toTensor().cpu().contiguous();
    return onpar::tensor(numpy_name(tensor.scalar_type()), tensor.sizes().vec(), tensor.data_ptr());
}

/// A dictionary goes by name, a tuple or a list by the sidecar's order, a lone tensor is the only
/// output: the rules of pipeline/run_module.py. Whether they are those that the sidecar names is
/// the session's to judge.
std::map<std::string, ONPTensor *> outputs(const c10::IValue &result,
                                           NSArray<ONPTensorSpec *> *specs) {
    std::map<std::string, ONPTensor *> named;
    if (result.isGenericDict()) {
        for (const auto &entry : result.toGenericDict()) {
            named[entry.key().toStringRef()] = returned(entry.value());
        }
        return named;
    }
    std::vector<c10::IValue> values;
    if (result.isTensor()) {
        values.push_back(result);
    } else if (result.isTuple()) {
        const auto &elements = result.toTupleRef().elements();
        values.assign(elements.begin(), elements.end());
    } else if (result.isList()) {
        values = result.toListRef().vec();
    } else {
        throw std::runtime_error(
            "it returns neither a tensor nor a tuple, list or dictionary of tensors");
    }
    if (values.size() != specs.count) {
        throw std::runtime_error("it returns " + std::to_string(values.size()) +
                                 " outputs, its sidecar says " + std::to_string(specs.count));
    }
    for (std::size_t i = 0; i < values.size(); i++) {
        named[onpar::string([specs objectAtIndex:i].name)] = returned(values[i]);
    }
    return named;
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
            values.push_back(given([inputs objectForKey:spec.name]));
        }
        for (const auto &[name, tensor] :
             outputs(_module->module.forward(std::move(values)), _model.outputs)) {
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
