#import "OnnxRuntimeRunner.h"

#include <onnxruntime/onnxruntime_c_api.h>

#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#import "conversion.h"
#include "onnx_message.h"
#include "problem.h"

namespace {

/// The newest API that the library has of those that this header knows. Throws
/// std::runtime_error where the library is older than the header.
const OrtApi &api() {
    static const OrtApi *const found = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    if (!found) {
        throw std::runtime_error("it is version " +
                                 std::string(OrtGetApiBase()->GetVersionString()) +
                                 ", the app was built for 1." + std::to_string(ORT_API_VERSION));
    }
    return *found;
}

void check(OrtStatus *status) {
    if (status) {
        const std::string message = onpar::onnx_message(api().GetErrorMessage(status));
        api().ReleaseStatus(status);
        throw std::runtime_error(message);
    }
}

template <typename Type, void (*OrtApi::*Release)(Type *)>
struct Deleter {
    void operator()(Type *value) const { (api().*Release)(value); }
};

template <typename Type, void (*OrtApi::*Release)(Type *)>
using Owned = std::unique_ptr<Type, Deleter<Type, Release>>;

using Session = Owned<OrtSession, &OrtApi::ReleaseSession>;
using Options = Owned<OrtSessionOptions, &OrtApi::ReleaseSessionOptions>;
using Memory = Owned<OrtMemoryInfo, &OrtApi::ReleaseMemoryInfo>;
using Value = Owned<OrtValue, &OrtApi::ReleaseValue>;
using TypeInfo = Owned<OrtTypeInfo, &OrtApi::ReleaseTypeInfo>;
using ShapeInfo = Owned<OrtTensorTypeAndShapeInfo, &OrtApi::ReleaseTensorTypeAndShapeInfo>;

/// One for the process, never released: ONNX Runtime's own threads may outlive statics.
OrtEnv *environment() {
    static OrtEnv *const one = [] {
        OrtEnv *made = nullptr;
        check(api().CreateEnv(ORT_LOGGING_LEVEL_ERROR, "onpar", &made));
        return made;
    }();
    return one;
}

struct ElementType {
    ONNXTensorElementDataType onnx;
    const char *numpy;
};

constexpr ElementType element_types[] = {
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, "uint8"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "float32"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, "int32"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, "int64"},
};

/// numpy's name, or a number where a capture cannot hold it.
std::string numpy_name(const OrtTensorTypeAndShapeInfo *info) {
    ONNXTensorElementDataType type;
    check(api().GetTensorElementType(info, &type));
    for (const ElementType &one : element_types) {
        if (one.onnx == type) {
            return one.numpy;
        }
    }
    return "type " + std::to_string(type) + " of ONNX Runtime";
}

ONNXTensorElementDataType element_type(NSString *dtype) {
    for (const ElementType &one : element_types) {
        if ([dtype isEqualToString:@(one.numpy)]) {
            return one.onnx;
        }
    }
    throw std::runtime_error("got an input " + onpar::string(dtype));
}

std::vector<int64_t> shape_of(const OrtTensorTypeAndShapeInfo *info) {
    size_t rank = 0;
    check(api().GetDimensionsCount(info, &rank));
    std::vector<int64_t> shape(rank);
    check(api().GetDimensions(info, shape.data(), rank));
    return shape;
}

/// Type and shape as the core writes them; -1 is a side that only a run decides.
std::string described(const OrtTypeInfo *type) {
    const OrtTensorTypeAndShapeInfo *info = nullptr;
    check(api().CastTypeInfoToTensorInfo(type, &info));
    if (!info) {
        return "no tensor";
    }
    return onpar::string(ONPText(@(numpy_name(info).c_str()), onpar::sides(shape_of(info))));
}

using Count = OrtStatus *(*OrtApi::*)(const OrtSession *, size_t *) noexcept;
using Name = OrtStatus *(*OrtApi::*)(const OrtSession *, size_t, OrtAllocator *, char **) noexcept;
using Type = OrtStatus *(*OrtApi::*)(const OrtSession *, size_t, OrtTypeInfo **) noexcept;

/// `name: float32 [1, 3, 400, 400]` of every input or output.
std::string listed(OrtSession *session, Count count, Name name, Type type) {
    OrtAllocator *allocator = nullptr;
    check(api().GetAllocatorWithDefaultOptions(&allocator));
    size_t size = 0;
    check((api().*count)(session, &size));
    std::map<std::string, std::string> all;
    for (size_t i = 0; i < size; i++) {
        char *text = nullptr;
        check((api().*name)(session, i, allocator, &text));
        const std::string key = text;
        check(api().AllocatorFree(allocator, text));
        OrtTypeInfo *info = nullptr;
        check((api().*type)(session, i, &info));
        all[key] = described(TypeInfo(info).get());
    }
    return onpar::joined(all);
}

Session load(NSData *content, NSInteger threads) {
    OrtSessionOptions *made = nullptr;
    check(api().CreateSessionOptions(&made));
    Options options(made);
    check(api().SetIntraOpNumThreads(options.get(), static_cast<int>(threads)));
    check(api().SetSessionLogSeverityLevel(options.get(), ORT_LOGGING_LEVEL_ERROR));
    OrtSession *session = nullptr;
    check(api().CreateSessionFromArray(environment(), content.bytes, content.length, options.get(),
                                       &session));
    return Session(session);
}

/// Refers to the tensor's bytes, which must outlive it; the runtime only reads them.
Value given(ONPTensor *tensor) {
    OrtMemoryInfo *made = nullptr;
    check(api().CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &made));
    Memory memory(made);
    const std::vector<int64_t> shape = onpar::sides(tensor.shape);
    OrtValue *value = nullptr;
    check(api().CreateTensorWithDataAsOrtValue(memory.get(), const_cast<void *>(tensor.data.bytes),
                                               tensor.data.length, shape.data(), shape.size(),
                                               element_type(tensor.dtype), &value));
    return Value(value);
}

/// A copy: the runtime's own memory ends with the value.
ONPTensor *returned(OrtValue *value) {
    OrtTensorTypeAndShapeInfo *made = nullptr;
    check(api().GetTensorTypeAndShape(value, &made));
    ShapeInfo info(made);
    const std::string dtype = numpy_name(info.get());
    const std::vector<int64_t> shape = shape_of(info.get());
    const void *bytes = nullptr;
    check(api().GetTensorMutableData(value, const_cast<void **>(&bytes)));
    return onpar::tensor(dtype, shape, bytes);
}

}  // namespace

@implementation OnnxRuntimeRunner

+ (NSString *)runtime {
    return @"onnxruntime";
}

+ (NSString *)displayName {
    return @"ONNX Runtime";
}

+ (NSString *)runtimeVersion {
    return @(OrtGetApiBase()->GetVersionString());
}

+ (NSArray<NSString *> *)formats {
    return @[ @"onnx", @"ort" ];
}

+ (id<ModelRunner>)loadModel:(ONPModel *)model
                     content:(NSData *)content
                     threads:(NSInteger)threads
                       error:(NSError **)error {
    OnnxRuntimeRunner *runner = [[[OnnxRuntimeRunner alloc] initEmpty] autorelease];
    runner->_model = [model retain];
    bool same = false;
    const std::string problem = onpar::problem_of([&] {
        OrtSession *session = runner->_session = load(content, threads).release();
        const std::string inputs =
            listed(session, &OrtApi::SessionGetInputCount, &OrtApi::SessionGetInputName,
                   &OrtApi::SessionGetInputTypeInfo);
        const std::string outputs =
            listed(session, &OrtApi::SessionGetOutputCount, &OrtApi::SessionGetOutputName,
                   &OrtApi::SessionGetOutputTypeInfo);
        same = !onpar::differs(model.name, "inputs", inputs, model.inputs, error) &&
               !onpar::differs(model.name, "outputs", outputs, model.outputs, error);
    });
    if (!problem.empty()) {
        onpar::set(
            error,
            [NSString stringWithFormat:
                          @"%@: ONNX Runtime %s cannot load it (%s); "
                          @"export it again, with an opset and operators that this version has",
                          model.name, OrtGetApiBase()->GetVersionString(), problem.c_str()]);
    }
    return same ? runner : nil;
}

- (instancetype)initEmpty {
    return [super init];
}

- (void)dealloc {
    // Null where it could not be loaded: then there may be no API to release it by.
    if (_session) {
        api().ReleaseSession(_session);
    }
    [_model release];
    [super dealloc];
}

- (NSString *)engine {
    return @"CPUExecutionProvider";
}

- (NSDictionary<NSString *, ONPTensor *> *)run:(NSDictionary<NSString *, ONPTensor *> *)inputs
                                         error:(NSError **)error {
    NSMutableDictionary<NSString *, ONPTensor *> *outputs = [NSMutableDictionary dictionary];
    const std::string problem = onpar::problem_of([&] {
        std::vector<Value> values;
        std::vector<const OrtValue *> given_values;
        std::vector<std::string> names;
        for (ONPTensorSpec *spec in _model.inputs) {
            values.push_back(given([inputs objectForKey:spec.name]));
            given_values.push_back(values.back().get());
            names.push_back(onpar::string(spec.name));
        }
        for (ONPTensorSpec *spec in _model.outputs) {
            names.push_back(onpar::string(spec.name));
        }
        std::vector<const char *> texts;
        for (const std::string &name : names) {
            texts.push_back(name.c_str());
        }
        const size_t count = _model.outputs.count;
        std::vector<OrtValue *> made(count, nullptr);
        OrtStatus *status =
            api().Run(_session, nullptr, texts.data(), given_values.data(), given_values.size(),
                      texts.data() + given_values.size(), count, made.data());
        std::vector<Value> results(made.begin(), made.end());
        check(status);
        for (size_t i = 0; i < count; i++) {
            [outputs setObject:returned(results[i].get())
                        forKey:[_model.outputs objectAtIndex:i].name];
        }
    });
    if (!problem.empty()) {
        onpar::set(error, [NSString stringWithFormat:@"%@: ONNX Runtime failed (%s); export it "
                                                     @"again, and try it with `onpar capture`",
                                                     _model.name, problem.c_str()]);
        return nil;
    }
    return outputs;
}

@end
