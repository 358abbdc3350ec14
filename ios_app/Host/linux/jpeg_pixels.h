#pragma once

#include <string>

#include "../../Core/photo/photo.h"

namespace onpar {

/// The stored pixels of PhotoFile::plain of a JPEG by libjpeg-turbo, with the settings that Pillow
/// has: accurate integer DCT, smooth upsampling, grey stays grey until it is expanded.
///
/// As in Pillow, damaged coefficients are not an error. `name` is the file's, for errors.
/// Throws InputError where libjpeg-turbo gives up.
RgbImage jpeg_pixels(const PhotoFile &file, const std::string &name);

/// Its name and the version that it was built with.
std::string jpeg_decoder();

}  // namespace onpar
