#include "rgb_image.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "input_error.h"
#include "limits.h"

namespace onpar {

RgbImage::RgbImage(int height, int width, std::vector<uint8_t> pixels)
    : height(height), width(width), pixels(std::move(pixels)) {
    if (height < 1 || width < 1 || this->pixels.size() != std::size_t{3} * height * width) {
        throw std::invalid_argument("got " + std::to_string(this->pixels.size()) +
                                    " bytes, expected " + std::to_string(height) + "x" +
                                    std::to_string(width) + "x3");
    }
}

Tensor RgbImage::tensor() const {
    return Tensor(Dtype::uint8, {height, width, 3}, pixels);
}

void check_size(const std::string &name, int64_t width, int64_t height) {
    constexpr int64_t most = limits::max_pixels;
    std::string size = name + ": " + std::to_string(width) + "x" + std::to_string(height);
    if (width < 1 || height < 1) {
        throw InputError(size + " has no pixel, expected at least 1x1; save the image again");
    }
    bool small = width <= most && height <= most && width * height <= most;
    if (small && std::max(width, height) > limits::max_side) {
        throw InputError(size + " has a side above " + std::to_string(limits::max_side) +
                         " pixels; crop it or scale it down");
    }
    if (!small) {
        char megapixels[32];
        std::snprintf(megapixels, sizeof megapixels, "%.1f",
                      static_cast<double>(width) * static_cast<double>(height) / 1e6);
        throw InputError(size + " is " + megapixels + " megapixels, the limit is " +
                         std::to_string(most / 1'000'000) + "; scale it down");
    }
}

}  // namespace onpar
