#include <doctest/doctest.h>

#include "../Core/photo/exif.h"
#include "photo_files.h"

namespace {

using namespace onpar;

/// Grey pixels 1 2 3 above 4 5 6.
RgbImage six() {
    std::vector<uint8_t> pixels;
    for (uint8_t level = 1; level <= 6; level++) {
        pixels.insert(pixels.end(), 3, level);
    }
    return RgbImage(2, 3, pixels);
}

std::vector<int> levels(const RgbImage &image) {
    std::vector<int> first;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        first.push_back(image.pixels[i]);
    }
    return first;
}

/// Big-endian, with one entry: tag, type, count and the four bytes of its value.
Bytes directory(int tag, int type, int count, const Bytes &value) {
    return joined({bytes_of("MM"), number(42, 2), number(8, 4), number(1, 2),
                   number(static_cast<std::size_t>(tag), 2),
                   number(static_cast<std::size_t>(type), 2),
                   number(static_cast<std::size_t>(count), 4), value});
}

Bytes oriented(int orientation) {
    return directory(0x0112, 3, 1, {0, static_cast<uint8_t>(orientation), 0, 0});
}

}  // namespace

TEST_CASE("each orientation is undone as Exif defines it") {
    const std::vector<std::vector<int>> expected = {
        {1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1}, {4, 5, 6, 1, 2, 3},
        {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3}, {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4},
    };
    for (int orientation = 1; orientation <= 8; orientation++) {
        CAPTURE(orientation);
        const RgbImage got = upright(six(), oriented(orientation), "photo");
        CHECK(got.height == (orientation < 5 ? 2 : 3));
        CHECK(got.width == (orientation < 5 ? 3 : 2));
        CHECK(levels(got) == expected[static_cast<std::size_t>(orientation - 1)]);
    }
}

TEST_CASE("both orders of bytes, a long, JPEG's prefix and a second value are read") {
    const Bytes little =
        joined({bytes_of("II*"), {0, 8, 0, 0, 0, 1, 0}, {0x12, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0}});
    const Bytes prefix = joined({bytes_of("Exif"), {0, 0}});
    const std::vector<Bytes> blocks = {little, joined({prefix, little}),
                                       directory(0x0112, 4, 1, {0, 0, 0, 3}),
                                       directory(0x0112, 3, 2, {0, 3, 0, 7})};
    for (const Bytes &block : blocks) {
        CHECK(levels(upright(six(), block, "photo")) == std::vector<int>{6, 5, 4, 3, 2, 1});
    }
}

TEST_CASE("unknown orientations and a directory that is not whole change nothing") {
    std::vector<Bytes> blocks = {oriented(0),
                                 oriented(9),
                                 directory(0x0113, 3, 1, {0, 6, 0, 0}),
                                 directory(0x0112, 3, 3, {0, 6, 0, 0}),
                                 directory(0x0112, 1, 1, {6, 0, 0, 0}),
                                 directory(0x0112, 4, 1, {0x80, 0, 0, 6}),
                                 {}};
    const Bytes whole = oriented(6);
    for (std::size_t size = 8; size < whole.size(); size++) {
        blocks.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    }
    Bytes far = whole;
    far[4] = 0xff;
    blocks.push_back(far);
    for (const Bytes &block : blocks) {
        CHECK(levels(upright(six(), block, "photo")) == std::vector<int>{1, 2, 3, 4, 5, 6});
    }
}

TEST_CASE("a block without a TIFF header is refused") {
    using namespace std::string_view_literals;
    for (const std::string_view block :
         {"M"sv, "MM\0*\0\0\0"sv, "XX\0*\0\0\0\x08"sv, "MM\0+\0\0\0\x08"sv}) {
        CHECK(refusal([&] { upright(six(), bytes_of(block), "photo"); }) ==
              "photo: has EXIF data that cannot be read (no TIFF header); save it again without "
              "them");
    }
}
