#include "quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../limits.h"

namespace onpar {
namespace {

template <typename Item>
Item nearest(float x, const Quantization &by) {
    const float steps = std::rint(x / by.scale);
    if (std::isnan(steps)) {
        return static_cast<Item>(by.zero_point);
    }
    // In doubles: float32 beyond 2²⁴ loses the zero point, and an integer cannot hold infinity.
    const double sum = static_cast<double>(steps) + by.zero_point;
    constexpr double least = std::numeric_limits<Item>::min();
    constexpr double most = std::numeric_limits<Item>::max();
    return static_cast<Item>(std::clamp(sum, least, most));
}

template <typename Item>
void write(const Tensor &floats, const Quantization &by, std::vector<uint8_t> &out) {
    const float *in = floats.floats();
    std::transform(in, in + out.size(), out.begin(),
                   [&by](float x) { return static_cast<uint8_t>(nearest<Item>(x, by)); });
}

}  // namespace

Tensor quantized(const Tensor &floats, const Quantization &by, Dtype dtype) {
    Tensor made(dtype, floats.shape());
    if (dtype == Dtype::int8) {
        write<int8_t>(floats, by, made.bytes());
    } else {
        write<uint8_t>(floats, by, made.bytes());
    }
    return made;
}

std::shared_ptr<const Step> Quantize::read(const StepJson &json) {
    const TensorSpec floats = json.taken(1).front();
    if (floats.dtype != Dtype::float32 || floats.shape.empty()) {
        throw json.wrong_tensor("float32 with an axis");
    }
    auto step = std::make_shared<Quantize>();
    step->takes = {floats.name};
    const std::string name = json.names("makes", 1).front();
    const JsonValue dtype = json.step.at("dtype");
    step->by = read_quantization(json.step, dtype_named(dtype.text()));
    const std::string known = dtype.choice(limits::quantized_types);
    step->makes = {{name, dtype_named(known)->dtype, floats.shape}};
    return step;
}

std::vector<Tensor> Quantize::compute(const std::vector<const Tensor *> &taken) const {
    std::vector<Tensor> made;
    made.push_back(quantized(*taken.front(), by, makes.front().dtype));
    return made;
}

}  // namespace onpar
