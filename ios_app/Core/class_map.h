#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rgb_image.h"
#include "tensor.h"

namespace onpar {

/// The classes of a model's class map, at most 256, with their colours 0xRRGGBB.
struct ClassMapSpec {
    std::string output;
    std::vector<std::string> classes;
    std::vector<uint32_t> palette;
};

/// Class map u8 [h, w] of scores f32 [1, C, h, w], C ≤ 256; a tie goes to the lowest class.
///
/// As parity/contract/classmap.py: NaN never wins, and no later class wins over it. Throws
/// std::invalid_argument for other shapes.
Tensor arg_max(const Tensor &scores);

/// Made-up scores f32 [1, C, C, 4] whose class map has only class i in row i, for what photos may
/// not show; parity/contract/classmap.py specifies them.
Tensor probe_scores(int64_t classes);

/// Of a class map u8 [h, w] its colours over the photo, u8 RGBA [photo.height, photo.width, 4],
/// opaque; an unknown class is black. A class map of another size gives each pixel the class at its
/// place. `share` of the colour in the mixture, 0 to 1: with 1 the colours alone.
std::vector<uint8_t> overlay(const RgbImage &photo, const Tensor &classmap,
                             const ClassMapSpec &spec, double share);

/// How many pixels of a class map u8 [h, w] each class has, up to class 255.
std::array<int64_t, 256> class_counts(const Tensor &classmap);

}  // namespace onpar
