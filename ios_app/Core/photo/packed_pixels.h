#pragma once

#include <cstddef>

#include "byte_view.h"
#include "photo.h"

namespace onpar {

/// Where a platform's 8-bit pixels lie in memory: how many bytes are from one to the next, from a
/// row to the next, and where in a pixel its R, G and B are (all the same for grey).
struct PackedLayout {
    std::size_t pixel;
    std::size_t row;
    std::size_t red;
    std::size_t green;
    std::size_t blue;
};

/// Of RGB or grey pixels of this many bytes, with a fourth byte in front or behind, which is left
/// out; `reversed`: the bytes of a pixel lie backwards. Throws std::runtime_error where no pixel of
/// R, G and B or of grey is laid out so.
PackedLayout packed_layout(std::size_t pixel, std::size_t row, bool fourth_in_front, bool reversed);

/// The image of these rows. Throws std::runtime_error where they are not all there.
RgbImage unpacked(ByteView rows, int width, int height, const PackedLayout &layout);

}  // namespace onpar
