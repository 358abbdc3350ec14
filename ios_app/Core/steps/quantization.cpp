#include "quantization.h"

#include "../limits.h"

namespace onpar {

bool is_quantized(Dtype dtype) {
    return dtype == Dtype::int8 || dtype == Dtype::uint8;
}

Quantization read_quantization(const JsonValue &step, const DtypeNames *dtype) {
    const JsonValue scale = step.at("scale");
    // Of type double, as JSON has it: rounded to float32 first, a smaller one would pass.
    if (scale.number() < limits::min_scale || scale.number() > limits::max_float32) {
        throw scale.wrong("a number above 0 that float32 holds");
    }
    const int64_t least = dtype && dtype->dtype == Dtype::uint8 ? 0 : INT8_MIN;
    const int64_t most = dtype && dtype->dtype == Dtype::int8 ? INT8_MAX : UINT8_MAX;
    const int64_t zero_point = step.at("zero_point").count(least, most);
    return {static_cast<float>(scale.number()), static_cast<int>(zero_point)};
}

}  // namespace onpar
