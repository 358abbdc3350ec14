#include "normalize.h"

#include <cmath>

#include "../limits.h"

namespace onpar {
namespace {

/// Each at least `least` without its sign, so that float32 holds it and may divide by it.
std::array<double, 3> numbers(const JsonValue &list, double least) {
    std::array<double, 3> numbers{};
    const std::vector<JsonValue> items = list.list(3, 3);
    for (std::size_t i = 0; i < 3; i++) {
        numbers[i] = items[i].number();
        const double size = std::abs(numbers[i]);
        if (size < least || size > limits::max_float32) {
            const std::string expected = "a number that float32 holds";
            throw items[i].wrong(least > 0 ? expected + ", and not 0" : expected);
        }
    }
    return numbers;
}

}  // namespace

Tensor normalise(const RgbView &image, const Normalization &by) {
    Tensor tensor(Dtype::float32, {1, 3, image.height, image.width});
    const std::size_t pixels = std::size_t{1} * image.height * image.width;
    float values[3][256];
    for (int channel = 0; channel < 3; channel++) {
        const float mean = static_cast<float>(by.mean[channel]);
        const float deviation = static_cast<float>(by.std[channel]);
        for (int level = 0; level < 256; level++) {
            values[channel][level] = (static_cast<float>(level) / 255.0f - mean) / deviation;
        }
    }
    float *red = tensor.floats();
    float *green = red + pixels;
    float *blue = green + pixels;
    const uint8_t *in = image.pixels;
    for (std::size_t i = 0; i < pixels; i++, in += 3) {
        red[i] = values[0][in[0]];
        green[i] = values[1][in[1]];
        blue[i] = values[2][in[2]];
    }
    return tensor;
}

std::shared_ptr<const Step> Normalize::read(const StepJson &json) {
    const TensorSpec pixels = json.taken(1).front();
    const std::vector<int64_t> &shape = pixels.shape;
    if (pixels.dtype != Dtype::uint8 || shape.size() != 3 || shape[0] == any_side ||
        shape[1] == any_side || shape[2] != 3) {
        throw json.wrong_tensor("pixels uint8 [height, width, 3] of a known size");
    }
    auto step = std::make_shared<Normalize>();
    step->takes = {pixels.name};
    step->makes = {{json.names("makes", 1).front(), Dtype::float32, {1, 3, shape[0], shape[1]}}};
    step->by = {numbers(json.step.at("mean"), 0), numbers(json.step.at("std"), limits::min_std)};
    return step;
}

std::vector<Tensor> Normalize::compute(const std::vector<const Tensor *> &taken) const {
    std::vector<Tensor> made;
    made.push_back(normalise(*taken.front(), by));
    return made;
}

}  // namespace onpar
