#include "resize_image.h"

#include <algorithm>
#include <array>

#include "../colour_reader.h"
#include "../limits.h"

namespace onpar {
namespace {

FitMode fit_mode(const JsonValue &value) {
    const std::string name = value.choice(limits::fits);
    return name == "stretch"     ? FitMode::stretch
           : name == "letterbox" ? FitMode::letterbox
           : name == "crop"      ? FitMode::crop
                                 : FitMode::shorter;
}

Resampling resampling(const JsonValue &step) {
    const std::string name = step.at("filter").choice(limits::filters);
    const Filter filter = name == "bilinear" ? Filter::bilinear : Filter::bicubic;
    return {filter, step.at("antialias").truth()};
}

/// The shorter side before the centre is cut out, which must cover the size; 0 with another fit.
int shorter_side(const JsonValue &value, FitMode mode, int64_t longer) {
    const bool scaled = mode == FitMode::shorter;
    return static_cast<int>(scaled ? value.count(longer, limits::max_side) : value.count(0, 0));
}

}  // namespace

std::shared_ptr<const Step> ResizeImage::read(const StepJson &json) {
    const TensorSpec pixels = json.taken(1).front();
    if (pixels.dtype != Dtype::uint8 || pixels.shape.size() != 3 || pixels.shape[2] != 3) {
        throw json.wrong_tensor("pixels uint8 [height, width, 3]");
    }
    const int64_t height = json.step.at("height").count(1, limits::max_side);
    const int64_t width = json.step.at("width").count(1, limits::max_side);
    if (height * width > limits::max_pixels) {
        throw json.step.at("height").wrong("a size of at most 40 megapixels");
    }
    auto step = std::make_shared<ResizeImage>();
    step->takes = {pixels.name};
    step->makes = {{json.names("makes", 1).front(), Dtype::uint8, {height, width, 3}}};
    const FitMode mode = fit_mode(json.step.at("fit"));
    const int shorter = shorter_side(json.step.at("shorter"), mode, std::max(height, width));
    const std::array<uint8_t, 3> pad = read_colour(json.step.at("pad"));
    step->to = {static_cast<int>(height), static_cast<int>(width), mode, pad, shorter,
                resampling(json.step)};
    return step;
}

std::vector<Tensor> ResizeImage::compute(const std::vector<const Tensor *> &taken) const {
    RgbImage fitted = fit(*taken.front(), to);
    std::vector<Tensor> made;
    made.emplace_back(Dtype::uint8, makes.front().shape, std::move(fitted.pixels));
    return made;
}

}  // namespace onpar
