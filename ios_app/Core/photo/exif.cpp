#include "exif.h"

#include <cstring>

#include "byte_view.h"

namespace onpar {
namespace {

using namespace std::string_view_literals;

constexpr uint32_t orientation_tag = 0x0112;
constexpr uint32_t type_short = 3;
constexpr uint32_t type_long = 4;
constexpr std::size_t entry_size = 12;
constexpr auto jpeg_prefix = "Exif\0\0"sv;

/// A TIFF structure: numbers in the order of bytes that its header states.
struct Tiff {
    ByteView bytes;
    bool little;

    uint32_t u16(std::size_t at) const {
        const uint32_t big = bytes.u16(at);
        return little ? (big & 0xff) << 8 | big >> 8 : big;
    }

    uint32_t u32(std::size_t at) const {
        return little ? u16(at + 2) << 16 | u16(at) : u16(at) << 16 | u16(at + 2);
    }
};

/// Whether the first of the values stands in the entry itself.
bool inside(uint32_t type, uint32_t count) {
    return (type == type_short && (count == 1 || count == 2)) || (type == type_long && count == 1);
}

/// The tag of the first directory; 1 where there is none, or the directory is not whole.
uint32_t stated(const Tiff &tiff) {
    const std::size_t directory = tiff.u32(4);
    if (directory > tiff.bytes.size() || tiff.bytes.size() - directory < 2) {
        return 1;
    }
    std::size_t at = directory + 2;
    for (uint32_t left = tiff.u16(directory); left > 0; left--, at += entry_size) {
        if (tiff.bytes.size() - at < entry_size) {
            return 1;
        }
        const uint32_t type = tiff.u16(at + 2);
        if (tiff.u16(at) == orientation_tag && inside(type, tiff.u32(at + 4))) {
            return type == type_short ? tiff.u16(at + 8) : tiff.u32(at + 8);
        }
    }
    return 1;
}

uint32_t orientation(const Bytes &block, const std::string &name) {
    const ByteView all(block);
    const ByteView exif = all.has(jpeg_prefix) ? all.from(jpeg_prefix.size()) : all;
    if (exif.size() == 0) {
        return 1;
    }
    const Tiff tiff{exif, exif.has("II")};
    if (exif.size() < 8 || !(tiff.little || exif.has("MM")) || tiff.u16(2) != 42) {
        throw InputError(name +
                         ": has EXIF data that cannot be read (no TIFF header); save it again "
                         "without them");
    }
    return stated(tiff);
}

}  // namespace

RgbImage upright(RgbImage image, const Bytes &exif, const std::string &name) {
    const uint32_t how = orientation(exif, name);
    if (how < 2 || how > 8) {
        return image;
    }
    // What each orientation means: Exif 2.32, 4.6.4, tag 0x0112.
    const bool turned = how >= 5;
    const bool from_below = how == 3 || how == 4 || how == 6 || how == 7;
    const bool from_right = how == 2 || how == 3 || how == 7 || how == 8;
    const int height = turned ? image.width : image.height;
    const int width = turned ? image.height : image.width;
    std::vector<uint8_t> out(image.pixels.size());
    uint8_t *to = out.data();
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++, to += 3) {
            const int across = turned ? y : x;
            const int down = turned ? x : y;
            const std::size_t row = from_below ? image.height - 1 - down : down;
            const std::size_t column = from_right ? image.width - 1 - across : across;
            std::memcpy(to, &image.pixels[(row * image.width + column) * 3], 3);
        }
    }
    return RgbImage(height, width, std::move(out));
}

}  // namespace onpar
