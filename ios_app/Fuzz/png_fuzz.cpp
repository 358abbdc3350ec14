// Every PNG of sizes, depths, colours, interlacing, palette and rows that a fuzzer makes up has the
// pixels that libpng reads of it. The rows are deflated here, because no fuzzer gets behind zlib.
#include <algorithm>
#include <cstdlib>

#include "../Core/photo/byte_view.h"
#include "../Core/photo/png_file.h"
#include "../Core/photo/png_pixels.h"
#include "../Tests/photo_files.h"
#include "libpng_pixels.h"

namespace {

using namespace onpar;

/// The first bytes choose the header and the palette's length, the rest are palette and rows.
Bytes made_up(ByteView choices) {
    constexpr uint8_t colours[] = {0, 2, 3, 4, 6, 1};
    const ByteView rest = choices.from(6);
    const std::size_t palette = std::min<std::size_t>(choices[5] * 3u, rest.size());
    return png_of(choices[0] % 41 + 1, choices[1] % 41 + 1, 1 << choices[2] % 4,
                  colours[choices[3] % 6], rest.from(palette).copy(),
                  palette == 0 ? Bytes() : png_chunk("PLTE", rest.piece(0, palette).copy()),
                  choices[4] % 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size) {
    if (size < 6) {
        return -1;
    }
    const PhotoFile file = parse_png(made_up(ByteView(data, size)), "photo");
    const std::optional<RgbImage> expected = libpng_pixels(file);
    try {
        const RgbImage pixels = png_pixels(file, "photo");
        if (expected && pixels.pixels != expected->pixels) {
            std::abort();
        }
    } catch (const InputError &) {
        if (expected) {
            std::abort();
        }
    }
    return 0;
}
