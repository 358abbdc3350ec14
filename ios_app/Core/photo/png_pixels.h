#pragma once

#include <string>

#include "photo.h"

namespace onpar {

/// The stored pixels of PhotoFile::plain of a PNG (PNG specification, 7 to 10): palettes looked up,
/// grey scaled to 8 bits, alpha dropped and never multiplied in.
///
/// The same on every platform: Image I/O multiplies alpha into the colours of what it decodes, and
/// that cannot be undone exactly. An index beyond the palette is black, as in Pillow.
/// `name` is the file's, for errors. Throws InputError where the pixels are not all there.
RgbImage png_pixels(const PhotoFile &file, const std::string &name);

}  // namespace onpar
