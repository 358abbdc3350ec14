#include "to_image.h"

#include <cmath>
#include <optional>
#include <stdexcept>

#include "../float_reader.h"
#include "../limits.h"

namespace onpar {
namespace {

constexpr const char *expected =
    "a picture float32 [1, channels, height, width] or [1, height, width, channels], as its layout "
    "says, of 1 or 3 channels and at most 40 megapixels";

struct Axes {
    int64_t channels;
    int64_t height;
    int64_t width;
};

bool is_batch_of_one(const std::vector<int64_t> &shape) {
    return shape.size() == 4 && shape[0] == 1;
}

/// None where the shape is not that of a picture.
std::optional<Axes> axes_of(const std::vector<int64_t> &shape, Layout layout) {
    if (!is_batch_of_one(shape)) {
        return std::nullopt;
    }
    const Axes axes = layout == Layout::nchw ? Axes{shape[1], shape[2], shape[3]}
                                             : Axes{shape[3], shape[1], shape[2]};
    const bool known = axes.channels == 1 || axes.channels == 3;
    // Each side is below 2³¹.
    const bool small = axes.height * axes.width <= limits::max_pixels;
    return known && small ? std::optional(axes) : std::nullopt;
}

float read_scale(const JsonValue &value) {
    const float scale = read_float(value);
    if (scale == 0) {
        throw value.wrong("a number that is not 0 in float32");
    }
    return scale;
}

uint8_t level(float x, float scale, float offset) {
    const float product = x * scale;
    const float whole = std::floor(product + offset);
    // NaN is above nothing.
    return static_cast<uint8_t>(whole > 0 ? (whole < 255 ? whole : 255) : 0);
}

}  // namespace

std::shared_ptr<const Step> ToImage::read(const StepJson &json) {
    const TensorSpec floats = json.taken(1).front();
    if (floats.dtype != Dtype::float32 || !is_batch_of_one(floats.shape)) {
        throw json.wrong_tensor(expected);
    }
    auto step = std::make_shared<ToImage>();
    step->takes = {floats.name};
    const std::string name = json.names("makes", 1).front();
    step->scale = read_scale(json.step.at("scale"));
    step->offset = read_float(json.step.at("offset"));
    step->layout = read_layout(json.step.at("layout"));
    const std::optional<Axes> axes = axes_of(floats.shape, step->layout);
    if (!axes) {
        throw json.wrong_tensor(expected);
    }
    step->makes = {{name, Dtype::uint8, {axes->height, axes->width, 3}}};
    return step;
}

std::vector<Tensor> ToImage::compute(const std::vector<const Tensor *> &taken) const {
    const Tensor &floats = *taken.front();
    const std::optional<Axes> axes = axes_of(floats.shape(), layout);
    if (!axes) {
        throw std::invalid_argument("got " + floats.text() + ", expected " + expected);
    }
    Tensor picture(Dtype::uint8, {axes->height, axes->width, 3});
    const std::size_t pixels = static_cast<std::size_t>(axes->height * axes->width);
    const std::size_t count = static_cast<std::size_t>(axes->channels);
    const bool planes = layout == Layout::nchw;
    const float *in = floats.floats();
    uint8_t *out = picture.bytes().data();
    for (std::size_t i = 0; i < pixels; i++) {
        for (std::size_t channel = 0; channel < 3; channel++) {
            const std::size_t from = count == 1 ? 0 : channel;
            const float x = planes ? in[from * pixels + i] : in[i * count + from];
            *out++ = level(x, scale, offset);
        }
    }
    std::vector<Tensor> made;
    made.push_back(std::move(picture));
    return made;
}

}  // namespace onpar
