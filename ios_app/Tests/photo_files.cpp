#include "photo_files.h"

#include <zlib.h>

#include <stdexcept>

namespace onpar {

Bytes bytes_of(std::string_view text) {
    return Bytes(text.begin(), text.end());
}

Bytes number(std::size_t value, int size) {
    Bytes bytes;
    for (int i = size - 1; i >= 0; i--) {
        bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
    }
    return bytes;
}

Bytes joined(std::initializer_list<Bytes> pieces) {
    Bytes whole;
    for (const Bytes &piece : pieces) {
        whole.insert(whole.end(), piece.begin(), piece.end());
    }
    return whole;
}

Bytes png_chunk(std::string_view kind, const Bytes &content) {
    const Bytes summed = joined({bytes_of(kind), content});
    const uLong sum = crc32_z(crc32_z(0, nullptr, 0), summed.data(), summed.size());
    return joined({number(content.size(), 4), summed, number(sum, 4)});
}

Bytes png_header_chunk(int width, int height, int bits, int colour, int interlacing) {
    const Bytes rest = {static_cast<uint8_t>(bits), static_cast<uint8_t>(colour), 0, 0,
                        static_cast<uint8_t>(interlacing)};
    return png_chunk("IHDR", joined({number(static_cast<std::size_t>(width), 4),
                                     number(static_cast<std::size_t>(height), 4), rest}));
}

Bytes deflated(const Bytes &content) {
    uLongf size = compressBound(static_cast<uLong>(content.size()));
    Bytes out(size);
    const auto count = static_cast<uLong>(content.size());
    if (compress2(out.data(), &size, content.data(), count, 1) != Z_OK) {
        throw std::runtime_error("zlib cannot deflate");
    }
    out.resize(size);
    return out;
}

Bytes png_of(int width, int height, int bits, int colour, const Bytes &rows, const Bytes &more,
             int interlacing) {
    return joined({bytes_of("\x89PNG\r\n\x1a\n"),
                   png_header_chunk(width, height, bits, colour, interlacing), more,
                   png_chunk("IDAT", deflated(rows)), png_chunk("IEND", {})});
}

Bytes jpeg_segment(int marker, const Bytes &content) {
    return joined({number(0xff00 + static_cast<std::size_t>(marker), 2),
                   number(content.size() + 2, 2), content});
}

Bytes jpeg_of(int width, int height, int channels, const Bytes &more, int bits) {
    Bytes frame = joined({number(static_cast<std::size_t>(bits), 1),
                          number(static_cast<std::size_t>(height), 2),
                          number(static_cast<std::size_t>(width), 2),
                          number(static_cast<std::size_t>(channels), 1)});
    for (int i = 1; i <= channels; i++) {
        frame = joined({frame, {static_cast<uint8_t>(i), 0x11, 0}});
    }
    return joined({number(0xffd8, 2),
                   more,
                   jpeg_segment(0xc0, frame),
                   jpeg_segment(0xda, {1, 2, 3}),
                   bytes_of("a stuffed byte, a restart, both filled"),
                   {0xff, 0, 0xff, 0xd0, 0xff, 0xff, 0, 0xff, 0xff, 0xd1},
                   number(0xffd9, 2)});
}

}  // namespace onpar
