// Every PNG of sizes, depths, colours, interlacing, palette and rows that a fuzzer makes up has the
// pixels that libpng reads of it. The rows are deflated here, because no fuzzer gets behind zlib.
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "../Core/photo/byte_view.h"
#include "../Core/photo/png_file.h"
#include "../Core/photo/png_pixels.h"
#include "libpng_pixels.h"

namespace {

using namespace onpar;

void add_number(Bytes &to, std::size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        to.push_back(static_cast<uint8_t>(value >> shift));
    }
}

void add_chunk(Bytes &to, std::string_view kind, const Bytes &content) {
    add_number(to, content.size());
    const std::size_t begin = to.size();
    to.insert(to.end(), kind.begin(), kind.end());
    append(to, ByteView(content));
    add_number(to, crc32_z(crc32_z(0, nullptr, 0), to.data() + begin, to.size() - begin));
}

Bytes deflated(ByteView rows) {
    uLongf size = compressBound(static_cast<uLong>(rows.size()));
    Bytes out(size);
    if (compress2(out.data(), &size, rows.data(), static_cast<uLong>(rows.size()), 1) != Z_OK) {
        std::abort();
    }
    out.resize(size);
    return out;
}

/// The first bytes choose the header and the palette's length, the rest are palette and rows.
Bytes made_up(ByteView choices) {
    constexpr std::string_view start = "\x89PNG\r\n\x1a\n";
    constexpr uint8_t colours[] = {0, 2, 3, 4, 6, 1};
    Bytes file(start.begin(), start.end());
    Bytes header;
    add_number(header, choices[0] % 41 + 1);
    add_number(header, choices[1] % 41 + 1);
    header.push_back(static_cast<uint8_t>(1 << choices[2] % 4));
    header.push_back(colours[choices[3] % 6]);
    header.insert(header.end(), {0, 0, static_cast<uint8_t>(choices[4] % 2)});
    add_chunk(file, "IHDR", header);
    const ByteView rest = choices.from(6);
    const std::size_t palette = std::min<std::size_t>(choices[5] * 3u, rest.size());
    if (palette > 0) {
        add_chunk(file, "PLTE", rest.piece(0, palette).copy());
    }
    const Bytes pixels = deflated(rest.from(palette));
    const std::size_t half = pixels.size() / 2;
    add_chunk(file, "IDAT", ByteView(pixels).piece(0, half).copy());
    add_chunk(file, "IDAT", ByteView(pixels).from(half).copy());
    add_chunk(file, "IEND", {});
    return file;
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
