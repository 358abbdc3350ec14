#include "fit.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "resize.h"

namespace onpar {
namespace {

struct Size {
    int height;
    int width;
};

/// Height and width of the whole image once scaled, before it is padded or cropped.
Size scaled_size(const RgbImage &image, const ImagePrep &prep) {
    const int64_t height = prep.height;
    const int64_t width = prep.width;
    const int64_t rows = image.height;
    const int64_t columns = image.width;
    // Taller than the target, or as tall: to cover it the width decides, to fit inside the height.
    const bool tall = width * rows >= height * columns;
    int64_t scaled_height = height;
    int64_t scaled_width = width;
    if (prep.fit == FitMode::crop) {
        if (tall) {
            scaled_height = width * rows / columns;
        } else {
            scaled_width = height * columns / rows;
        }
    } else if (tall) {
        scaled_width = std::max<int64_t>(1, (2 * height * columns + rows) / (2 * rows));
    } else {
        scaled_height = std::max<int64_t>(1, (2 * width * rows + columns) / (2 * columns));
    }
    // A photo of 1x65535 covers a target that is as wide only beyond an int.
    if (std::max(scaled_height, scaled_width) > INT32_MAX) {
        throw std::invalid_argument("the image scaled to its target is too long");
    }
    return {static_cast<int>(scaled_height), static_cast<int>(scaled_width)};
}

/// excess / 2 to the nearest integer, halves to even, as Python's round.
int half_to_even(int excess) {
    const int half = excess / 2;
    return half + (excess & half & 1);
}

RgbImage letterbox(const RgbImage &image, const ImagePrep &prep) {
    const Size scaled = scaled_size(image, prep);
    const RgbImage inner = resize(image, scaled.height, scaled.width);
    std::vector<uint8_t> padded(std::size_t{3} * prep.height * prep.width);
    for (std::size_t i = 0; i < padded.size(); i++) {
        padded[i] = prep.pad[i % 3];
    }
    const int top = (prep.height - inner.height) / 2;
    const int left = (prep.width - inner.width) / 2;
    const std::size_t stride = std::size_t{3} * inner.width;
    for (int y = 0; y < inner.height; y++) {
        const std::size_t to = (static_cast<std::size_t>(top + y) * prep.width + left) * 3;
        std::memcpy(&padded[to], &inner.pixels[y * stride], stride);
    }
    return RgbImage(prep.height, prep.width, std::move(padded));
}

}  // namespace

RgbImage fit(const RgbImage &image, const ImagePrep &prep) {
    if (prep.fit == FitMode::stretch) {
        return resize(image, prep.height, prep.width);
    }
    if (prep.fit == FitMode::letterbox) {
        return letterbox(image, prep);
    }
    const Size whole = scaled_size(image, prep);
    return resize_window(image, whole.height, whole.width, half_to_even(whole.height - prep.height),
                         half_to_even(whole.width - prep.width), prep.height, prep.width);
}

Tensor normalise(const RgbImage &image, const ImagePrep &prep) {
    if (image.height != prep.height || image.width != prep.width) {
        throw std::invalid_argument("got an image " + std::to_string(image.height) + "x" +
                                    std::to_string(image.width) + ", expected " +
                                    std::to_string(prep.height) + "x" + std::to_string(prep.width) +
                                    "; fit the image first");
    }
    Tensor tensor(Dtype::float32, {1, 3, image.height, image.width});
    const std::size_t pixels = std::size_t{1} * image.height * image.width;
    float values[3][256];
    for (int channel = 0; channel < 3; channel++) {
        const float mean = static_cast<float>(prep.mean[channel]);
        const float deviation = static_cast<float>(prep.std[channel]);
        for (int level = 0; level < 256; level++) {
            values[channel][level] = (static_cast<float>(level) / 255.0f - mean) / deviation;
        }
    }
    float *red = tensor.floats();
    float *green = red + pixels;
    float *blue = green + pixels;
    const uint8_t *in = image.pixels.data();
    for (std::size_t i = 0; i < pixels; i++, in += 3) {
        red[i] = values[0][in[0]];
        green[i] = values[1][in[1]];
        blue[i] = values[2][in[2]];
    }
    return tensor;
}

}  // namespace onpar
