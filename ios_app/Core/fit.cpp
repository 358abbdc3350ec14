#include "fit.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "input_error.h"
#include "limits.h"
#include "resize/resize.h"

namespace onpar {
namespace {

struct Size {
    int height;
    int width;
};

std::string sides(int64_t width, int64_t height) {
    return std::to_string(width) + "x" + std::to_string(height);
}

/// Height and width of the whole image once scaled, before it is padded or cropped.
Size scaled_size(const RgbView &image, const Fitting &to) {
    const int64_t height = to.height;
    const int64_t width = to.width;
    const int64_t rows = image.height;
    const int64_t columns = image.width;
    // Taller than the target, or as tall: to cover it the width decides, to fit inside the height.
    const bool tall = width * rows >= height * columns;
    int64_t scaled_height = height;
    int64_t scaled_width = width;
    if (to.mode == FitMode::shorter) {
        const int64_t shorter = std::min(rows, columns);
        scaled_height = to.shorter * rows / shorter;
        scaled_width = to.shorter * columns / shorter;
    } else if (to.mode == FitMode::crop) {
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
    if (std::max(scaled_height, scaled_width) > limits::max_scaled_side) {
        throw InputError(sides(columns, rows) + " is scaled to " +
                         sides(scaled_width, scaled_height) +
                         " before it is cropped, a side above " +
                         std::to_string(limits::max_scaled_side) + " pixels; crop the photo");
    }
    return {static_cast<int>(scaled_height), static_cast<int>(scaled_width)};
}

/// excess / 2 to the nearest integer, halves to even, as Python's round.
int half_to_even(int excess) {
    const int half = excess / 2;
    return half + (excess & half & 1);
}

RgbImage letterbox(const RgbView &image, const Fitting &to) {
    const Size scaled = scaled_size(image, to);
    const RgbImage inner = resize(image, scaled.height, scaled.width, to.by);
    std::vector<uint8_t> padded(std::size_t{3} * to.height * to.width);
    for (std::size_t i = 0; i < padded.size(); i++) {
        padded[i] = to.pad[i % 3];
    }
    const int top = (to.height - inner.height) / 2;
    const int left = (to.width - inner.width) / 2;
    const std::size_t stride = std::size_t{3} * inner.width;
    for (int y = 0; y < inner.height; y++) {
        const std::size_t at = (static_cast<std::size_t>(top + y) * to.width + left) * 3;
        std::memcpy(&padded[at], &inner.pixels[y * stride], stride);
    }
    return RgbImage(to.height, to.width, std::move(padded));
}

}  // namespace

RgbImage fit(const RgbView &image, const Fitting &to) {
    if (to.mode == FitMode::stretch) {
        return resize(image, to.height, to.width, to.by);
    }
    if (to.mode == FitMode::letterbox) {
        return letterbox(image, to);
    }
    const Size whole = scaled_size(image, to);
    const Window window{whole.height,
                        whole.width,
                        half_to_even(whole.height - to.height),
                        half_to_even(whole.width - to.width),
                        to.height,
                        to.width};
    return resize_window(image, window, to.by);
}

}  // namespace onpar
