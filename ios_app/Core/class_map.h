#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rgb_view.h"
#include "tensor.h"

namespace onpar {

/// Of a class map u8 [h, w] its colours 0xRRGGBB over the photo, u8 RGBA [photo.height,
/// photo.width, 4], opaque; a class without a colour is black. A class map of another size gives
/// each pixel the class at its place. `share` of the colour in the mixture, 0 to 1: with 1 the
/// colours alone.
std::vector<uint8_t> overlay(const RgbView &photo, const Tensor &classmap,
                             const std::vector<uint32_t> &palette, double share);

/// How many pixels of a class map u8 [h, w] each class has, up to class 255.
std::array<int64_t, 256> class_counts(const Tensor &classmap);

}  // namespace onpar
