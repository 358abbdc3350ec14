#pragma once

#include <string>

#include "photo.h"

namespace onpar {

/// Embedded ICC profiles: pixels become sRGB, and pixels that are sRGB already stay as they are.
///
/// The rules are those of parity/image/colour.py. Profiles of curves and a matrix are exact if
/// their black is 0; those of tables, and grey ones, go by the platform's own colour management.
/// `grey`: whether the file stores its pixels as grey; `name` is the file's, for errors.
/// Throws InputError where the profile cannot be used.
RgbImage to_srgb(RgbImage image, const Bytes &icc, bool grey, const std::string &name,
                 Platform &platform);

}  // namespace onpar
