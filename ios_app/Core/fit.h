#pragma once

#include "image_prep.h"
#include "rgb_image.h"
#include "tensor.h"

namespace onpar {

/// u8 [H, W, 3] to u8 [prep.height, prep.width, 3] by the rounding rules of parity/image/fit.py; a
/// photo of that size stays as it is.
RgbImage fit(const RgbImage &image, const ImagePrep &prep);

/// u8 [h, w, 3] to f32 [1, 3, h, w]: (level / 255 - mean) / std, each operation rounded to f32,
/// equal to the bit to torchvision's ToTensor and Normalize.
///
/// Throws std::invalid_argument when the image has not prep's size.
Tensor normalise(const RgbImage &image, const ImagePrep &prep);

}  // namespace onpar
