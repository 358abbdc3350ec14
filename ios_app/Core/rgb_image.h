#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensor.h"

namespace onpar {

/// An image u8 RGB [height, width, 3], row by row: R, G, B of the first pixel, then of the next.
struct RgbImage {
    int height;
    int width;
    std::vector<uint8_t> pixels;

    /// The image of these bytes. Throws std::invalid_argument where they are not
    /// height × width × 3, or no pixel at all.
    RgbImage(int height, int width, std::vector<uint8_t> pixels);

    /// As a tensor u8 [height, width, 3]; a copy.
    Tensor tensor() const;
};

/// Refuse a file by the size that its header states, before anything is allocated for it.
/// `name` is the file's, for the error. Throws InputError.
void check_size(const std::string &name, int64_t width, int64_t height);

}  // namespace onpar
