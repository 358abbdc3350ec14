#pragma once

#include <cstdint>

#include "rgb_image.h"
#include "tensor.h"

namespace onpar {

/// Pixels u8 RGB [height, width, 3] of an image or a tensor, which must outlive it: a photo of 40
/// megapixels is not copied to be resized.
struct RgbView {
    int height;
    int width;
    const uint8_t *pixels;

    RgbView(const RgbImage &image);

    /// Throws std::invalid_argument for another type or shape.
    RgbView(const Tensor &tensor);
};

}  // namespace onpar
