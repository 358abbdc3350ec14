#pragma once

#include <cstdint>
#include <vector>

#include "rgb_view.h"

namespace onpar {

/// An image as a screen takes it, u8 RGBA [height, width, 4], opaque.
std::vector<uint8_t> rgba(const RgbView &image);

}  // namespace onpar
