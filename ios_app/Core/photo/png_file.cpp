#include "png_file.h"

#include <zlib.h>

#include "../limits.h"
#include "byte_view.h"
#include "inflated.h"

namespace onpar {
namespace {

constexpr std::size_t signature = 8;

/// Signature, and the chunk IHDR.
constexpr std::size_t header = 33;

/// A chunk's length, name and checksum.
constexpr std::size_t frame = 12;

/// tRNS is not among them: alpha is dropped, and a transparent colour is a colour.
bool has_pixels(const std::string &kind) {
    return kind == "IHDR" || kind == "PLTE" || kind == "IDAT" || kind == "IEND";
}

/// Of an iCCP chunk: a name, a zero, the method 0, and deflated bytes. Empty if damaged.
Bytes profile(ByteView chunk) {
    std::size_t end = 0;
    while (end < chunk.size() && chunk[end] != 0) {
        end++;
    }
    if (chunk.size() - end < 2 || chunk[end + 1] != 0) {
        return {};
    }
    return inflated(chunk.from(end + 2), limits::max_png_profile_bytes);
}

/// The chunk at this place, from its length to its checksum, which is held against it.
ByteView chunk(ByteView file, std::size_t at, const std::string &name) {
    const std::size_t rest = file.size() - at;
    if (rest < frame || rest - frame < file.u32(at)) {
        throw broken_photo(name, "it ends in the middle of a chunk");
    }
    const std::size_t size = file.u32(at);
    const ByteView summed = file.piece(at + 4, size + 4);
    if (crc32_z(crc32_z(0, nullptr, 0), summed.data(), summed.size()) != file.u32(at + 8 + size)) {
        throw broken_photo(name, "the checksum of a chunk is wrong");
    }
    return file.piece(at, size + frame);
}

}  // namespace

PhotoFile parse_png(const Bytes &bytes, const std::string &name) {
    const ByteView file(bytes);
    if (file.size() < header) {
        throw broken_photo(name, "it ends in its header");
    }
    const uint32_t width = file.u32(16);
    const uint32_t height = file.u32(20);
    const int bits = file[24];
    const int colour = file[25];
    check_size(name, width, height);
    if (bits > 8) {
        throw InputError(name + ": a PNG of " + std::to_string(bits) +
                         " bits a channel, expected at most 8; save it with 8 bits");
    }
    PhotoFile parts{PhotoFile::Format::png,
                    static_cast<int>(width),
                    static_cast<int>(height),
                    colour == 0 || colour == 4,
                    file.piece(0, signature).copy(),
                    std::nullopt,
                    std::nullopt};
    std::string kind;
    for (std::size_t at = signature; kind != "IEND";) {
        const ByteView one = chunk(file, at, name);
        const ByteView content = one.piece(8, one.size() - frame);
        kind = one.name(4);
        if (has_pixels(kind)) {
            append(parts.plain, one);
        } else if (kind == "iCCP") {
            parts.icc = profile(content);
        } else if (kind == "eXIf") {
            parts.exif = content.copy();
        }
        at += one.size();
    }
    return parts;
}

}  // namespace onpar
