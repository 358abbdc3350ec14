#import "OnnxTensors.h"

#include <map>
#include <stdexcept>
#include <vector>

#import "conversion.h"

namespace onpar::onnx {
namespace {

struct ElementType {
    ONNXTensorElementDataType onnx;
    const char *numpy;
};

constexpr ElementType element_types[] = {
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, "uint8"},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, "int8"},
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
    throw std::runtime_error("got an input " + string(dtype));
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
    return string(ONPText(@(numpy_name(info).c_str()), sides(shape_of(info))));
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
    return joined(all);
}

}  // namespace

std::string listed_inputs(OrtSession *session) {
    return listed(session, &OrtApi::SessionGetInputCount, &OrtApi::SessionGetInputName,
                  &OrtApi::SessionGetInputTypeInfo);
}

std::string listed_outputs(OrtSession *session) {
    return listed(session, &OrtApi::SessionGetOutputCount, &OrtApi::SessionGetOutputName,
                  &OrtApi::SessionGetOutputTypeInfo);
}

/// Refers to the tensor's bytes, which must outlive it; the runtime only reads them.
Value given(ONPTensor *tensor) {
    OrtMemoryInfo *made = nullptr;
    check(api().CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &made));
    Memory memory(made);
    const std::vector<int64_t> shape = sides(tensor.shape);
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
    return tensor(dtype, shape, bytes);
}

}  // namespace onpar::onnx
