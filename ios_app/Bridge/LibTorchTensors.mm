#import "LibTorchTensors.h"

#include <stdexcept>
#include <vector>

#import "conversion.h"

namespace onpar::torch_lite {
namespace {

struct ScalarType {
    at::ScalarType torch;
    const char *numpy;
};

constexpr ScalarType scalar_types[] = {
    {at::kByte, "uint8"}, {at::kChar, "int8"},  {at::kFloat, "float32"},
    {at::kInt, "int32"},  {at::kLong, "int64"},
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
    throw std::runtime_error("got an input " + string(dtype));
}

ONPTensor *returned(const c10::IValue &value) {
    if (!value.isTensor()) {
        throw std::runtime_error("one of its outputs is not a tensor");
    }
    const at::Tensor tensor = value.toTensor().cpu().contiguous();
    return onpar::tensor(numpy_name(tensor.scalar_type()), tensor.sizes().vec(), tensor.data_ptr());
}

}  // namespace

at::Tensor given(ONPTensor *tensor) {
    const std::vector<int64_t> shape = sides(tensor.shape);
    return at::from_blob(const_cast<void *>(tensor.data.bytes), shape,
                         at::dtype(scalar_type(tensor.dtype)))
        .clone();
}

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
        named[string([specs objectAtIndex:i].name)] = returned(values[i]);
    }
    return named;
}

}  // namespace onpar::torch_lite
