#include "image_prep_reader.h"

#include <algorithm>
#include <cmath>

#include "limits.h"

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

FitMode fit_mode(const JsonValue &value) {
    const std::string name = value.choice(limits::fits);
    return name == "stretch"     ? FitMode::stretch
           : name == "letterbox" ? FitMode::letterbox
                                 : FitMode::crop;
}

}  // namespace

std::array<uint8_t, 3> read_levels(const JsonValue &list) {
    std::array<uint8_t, 3> levels{};
    const std::vector<JsonValue> items = list.list(3, 3);
    for (std::size_t i = 0; i < 3; i++) {
        levels[i] = static_cast<uint8_t>(items[i].count(0, limits::max_level));
    }
    return levels;
}

std::optional<ImagePrep> read_image_prep(const JsonValue &prep,
                                         const std::vector<TensorSpec> &inputs, bool tensor) {
    if (prep.is_null()) {
        return std::nullopt;
    }
    const int64_t height = prep.at("height").count(1, limits::max_side);
    const int64_t width = prep.at("width").count(1, limits::max_side);
    if (height * width > limits::max_pixels) {
        throw prep.at("height").wrong("a size of at most 40 megapixels");
    }
    const std::string input = prep.at("input").name(limits::tensor_name);
    const bool fed = std::any_of(inputs.begin(), inputs.end(), [&](const TensorSpec &spec) {
        return spec.name == input &&
               (tensor ? spec.dtype == Dtype::float32 &&
                             spec.shape == std::vector<int64_t>{1, 3, height, width}
                       : spec.dtype == Dtype::uint8 &&
                             spec.shape == std::vector<int64_t>{height, width, 3});
    });
    if (!fed) {
        throw prep.at("input").wrong("the name of an input that takes an image of this size");
    }
    return ImagePrep{input,
                     static_cast<int>(height),
                     static_cast<int>(width),
                     numbers(prep.at("mean"), 0),
                     numbers(prep.at("std"), limits::min_std),
                     fit_mode(prep.at("fit")),
                     read_levels(prep.at("pad"))};
}

}  // namespace onpar
