#pragma once

#include <optional>

#include "../Core/photo/photo.h"

namespace onpar {

/// The pixels of PhotoFile::plain of a PNG by libpng, as png_pixels has them; nothing where libpng
/// reports an error or a warning.
std::optional<RgbImage> libpng_pixels(const PhotoFile &file);

}  // namespace onpar
