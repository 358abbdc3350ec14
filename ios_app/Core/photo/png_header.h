#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "byte_view.h"

namespace onpar {

/// What the chunks of a PNG that has its pixels alone say of them.
struct PngHeader {
    enum Colour { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgb_alpha = 6 };

    std::size_t width;
    std::size_t height;

    /// Of a sample: 1, 2, 4 or 8.
    std::size_t bits;
    int colour;

    /// By Adam7 (PNG specification, 8.2).
    bool interlaced;

    /// R, G and B of each entry of the palette, if there is one.
    Bytes colours;

    /// The content of the chunks IDAT.
    std::vector<ByteView> deflated;

    /// Samples of a pixel.
    std::size_t channels() const;
};

/// Of PhotoFile::plain, which must outlive it and whose chunks are whole. `name` is the file's, for
/// errors. Throws InputError for what the specification does not have.
PngHeader png_header(ByteView plain, const std::string &name);

}  // namespace onpar
