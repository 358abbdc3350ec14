#include "png_header.h"

namespace onpar {
namespace {

constexpr std::size_t signature = 8;
constexpr std::size_t header_size = 13;

/// A chunk's length, name and checksum.
constexpr std::size_t frame = 12;

/// PNG specification, 11.2.1, table 11.1, of at most 8 bits.
bool is_allowed(int colour, std::size_t bits) {
    const bool fewer = bits == 1 || bits == 2 || bits == 4;
    switch (colour) {
        case PngHeader::grey:
        case PngHeader::palette:
            return fewer || bits == 8;
        case PngHeader::rgb:
        case PngHeader::grey_alpha:
        case PngHeader::rgb_alpha:
            return bits == 8;
        default:
            return false;
    }
}

PngHeader first_chunk(ByteView content, const std::string &name) {
    if (content.size() != header_size) {
        throw broken_photo(name, "its header has another length than a PNG's");
    }
    PngHeader header{
        content.u32(0), content.u32(4), content[8], content[9], content[12] == 1, {}, {}};
    if (!is_allowed(header.colour, header.bits)) {
        throw broken_photo(name, "its header has the colour type " + std::to_string(header.colour) +
                                     " with " + std::to_string(header.bits) + " bits");
    }
    if (content[10] != 0 || content[11] != 0 || content[12] > 1) {
        throw broken_photo(name,
                           "its header has a compression, filter or interlacing that PNG "
                           "does not have");
    }
    return header;
}

}  // namespace

std::size_t PngHeader::channels() const {
    switch (colour) {
        case rgb:
            return 3;
        case grey_alpha:
            return 2;
        case rgb_alpha:
            return 4;
        default:
            return 1;
    }
}

PngHeader png_header(ByteView plain, const std::string &name) {
    std::size_t at = signature;
    const auto next = [&]() {
        const ByteView content = plain.piece(at + 8, plain.u32(at));
        at += content.size() + frame;
        return content;
    };
    PngHeader header = first_chunk(next(), name);
    while (at < plain.size()) {
        const std::string kind = plain.name(at + 4);
        const ByteView content = next();
        if (kind == "IHDR") {
            throw broken_photo(name, "it has two headers");
        }
        if (kind == "PLTE") {
            if (content.size() % 3 != 0 || content.size() > 3 * 256) {
                throw broken_photo(name,
                                   "its palette has " + std::to_string(content.size()) + " bytes");
            }
            header.colours = content.copy();
        } else if (kind == "IDAT") {
            header.deflated.push_back(content);
        }
    }
    if (header.colour == PngHeader::palette && header.colours.empty()) {
        throw broken_photo(name, "it has no palette");
    }
    return header;
}

}  // namespace onpar
