#include "dequantize.h"

#include <algorithm>
#include <stdexcept>

namespace onpar {

Tensor dequantized(const Tensor &integers, const Quantization &by) {
    if (!is_quantized(integers.dtype())) {
        throw std::invalid_argument("got " + integers.text() + ", expected int8 or uint8");
    }
    Tensor made(Dtype::float32, integers.shape());
    const bool is_signed = integers.dtype() == Dtype::int8;
    const std::vector<uint8_t> &in = integers.bytes();
    std::transform(in.begin(), in.end(), made.floats(), [&by, is_signed](uint8_t byte) {
        const int integer = is_signed ? static_cast<int8_t>(byte) : int{byte};
        return static_cast<float>(integer - by.zero_point) * by.scale;
    });
    return made;
}

std::shared_ptr<const Step> Dequantize::read(const StepJson &json) {
    const TensorSpec integers = json.taken(1).front();
    if (!is_quantized(integers.dtype) || integers.shape.empty()) {
        throw json.wrong_tensor("int8 or uint8 with an axis");
    }
    auto step = std::make_shared<Dequantize>();
    step->takes = {integers.name};
    step->makes = {{json.names("makes", 1).front(), Dtype::float32, integers.shape}};
    step->by = read_quantization(json.step, &names(integers.dtype));
    return step;
}

std::vector<Tensor> Dequantize::compute(const std::vector<const Tensor *> &taken) const {
    std::vector<Tensor> made;
    made.push_back(dequantized(*taken.front(), by));
    return made;
}

}  // namespace onpar
