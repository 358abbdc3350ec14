#pragma once

#include "../../Core/photo/photo.h"

namespace onpar {

/// Pixels of a profile as sRGB by LittleCMS in 8 bits with the perceptual intent, as
/// parity/image/colour.py has it.
/// `grey`: whether the profile is for grey; the pixels' R, G and B are equal then.
/// Throws std::runtime_error where LittleCMS cannot use the profile.
RgbImage lcms_to_srgb(const RgbImage &image, const Bytes &icc, bool grey);

}  // namespace onpar
