#include <doctest/doctest.h>

#include "../Core/photo/inflated.h"
#include "../Core/photo/png_file.h"
#include "../Core/photo/png_pixels.h"
#include "photo_files.h"

namespace {

using namespace onpar;
using namespace std::string_view_literals;

Bytes pixels(const Bytes &file) {
    return png_pixels(parse_png(file, "photo"), "photo").pixels;
}

std::string why(const Bytes &file) {
    return refusal([&] { pixels(file); });
}

bool says(const Bytes &file, const std::string &found) {
    const std::string sentence = why(file);
    CAPTURE(sentence);
    return sentence.rfind("photo: ", 0) == 0 && sentence.find(found) != std::string::npos;
}

/// Of each level three.
Bytes greys(const Bytes &levels) {
    Bytes rgb;
    for (const uint8_t level : levels) {
        rgb.insert(rgb.end(), 3, level);
    }
    return rgb;
}

}  // namespace

TEST_CASE("grey of 1, 2, 4 and 8 bits is scaled to 8") {
    CHECK(pixels(png_of(3, 1, 1, 0, {0, 0xa0})) == greys({255, 0, 255}));
    CHECK(pixels(png_of(4, 1, 2, 0, {0, 0x1b})) == greys({0, 85, 170, 255}));
    CHECK(pixels(png_of(3, 1, 4, 0, {0, 0x1f, 0x70})) == greys({17, 255, 119}));
    CHECK(pixels(png_of(2, 1, 8, 0, {0, 7, 250})) == greys({7, 250}));
}

TEST_CASE("alpha and a transparent colour are dropped, never multiplied in") {
    CHECK(pixels(png_of(2, 1, 8, 4, {0, 9, 0, 8, 128})) == greys({9, 8}));
    CHECK(pixels(png_of(1, 1, 8, 6, {0, 9, 8, 7, 0})) == Bytes{9, 8, 7});
    const Bytes transparent = png_chunk("tRNS", {0, 9, 0, 8, 0, 7});
    const Bytes file = png_of(1, 1, 8, 2, {0, 9, 8, 7}, transparent);
    CHECK(pixels(file) == Bytes{9, 8, 7});
    CHECK(parse_png(file, "photo").plain == png_of(1, 1, 8, 2, {0, 9, 8, 7}));
}

TEST_CASE("an index is looked up, and black beyond the palette") {
    const Bytes palette = png_chunk("PLTE", {1, 2, 3, 4, 5, 6});
    CHECK(pixels(png_of(3, 1, 4, 3, {0, 0x01, 0x20}, palette)) == Bytes{1, 2, 3, 4, 5, 6, 0, 0, 0});
}

TEST_CASE("each filter is undone") {
    const Bytes rows = {0, 10, 20, 1, 200, 59, 2, 63, 247, 3, 87, 177, 4, 182, 184, 4, 239, 2};
    CHECK(pixels(png_of(2, 6, 8, 0, rows)) ==
          greys({10, 20, 200, 3, 7, 250, 90, 91, 16, 200, 255, 1}));
}

TEST_CASE("Paeth's filter prefers the value above to the one in the corner") {
    CHECK(pixels(png_of(2, 2, 8, 0, {0, 10, 8, 4, 1, 5})) == greys({10, 8, 11, 13}));
}

TEST_CASE("the seven passes of Adam7 are put in their places") {
    // The levels 1 to 25, row by row, in the order of the passes.
    const Bytes passes = {0, 1,  0,  5, 0,  21, 25, 0, 3, 0, 23, 0,  11, 13, 15, 0,  2,  4,
                          0, 12, 14, 0, 22, 24, 0,  6, 7, 8, 9,  10, 0,  16, 17, 18, 19, 20};
    Bytes levels;
    for (uint8_t level = 1; level <= 25; level++) {
        levels.push_back(level);
    }
    CHECK(pixels(png_of(5, 5, 8, 0, passes, {}, 1)) == greys(levels));
}

TEST_CASE("profile and EXIF are read, a damaged profile is empty") {
    const Bytes name = bytes_of("sRGB\0\0"sv);
    const auto with = [&](const Bytes &icc) {
        const Bytes more = joined({png_chunk("iCCP", icc), png_chunk("eXIf", bytes_of("MM"))});
        return parse_png(png_of(1, 1, 8, 0, {0, 0}, more), "photo");
    };
    const Bytes content = deflated(Bytes(20000, 7));
    CHECK(with(joined({name, content})).icc == Bytes(20000, 7));
    CHECK(with(joined({name, content})).exif == bytes_of("MM"));
    CHECK(with(joined({name, Bytes(content.begin(), content.end() - 1)})).icc == Bytes());
    CHECK(with(joined({name, bytes_of("junk")})).icc == Bytes());
    CHECK(with(bytes_of("no end")).icc == Bytes());
    CHECK(with(bytes_of("sRGB\0\1"sv)).icc == Bytes());
    CHECK(!parse_png(png_of(1, 1, 8, 0, {0, 0}), "photo").icc);
}

TEST_CASE("a stream that would fill the memory is not inflated") {
    const Bytes bomb = deflated(Bytes(1 << 20, 0));
    CHECK(inflated(ByteView(bomb), 1 << 20).size() == 1 << 20);
    CHECK(inflated(ByteView(bomb), (1 << 20) - 1).empty());
}

TEST_CASE("what a PNG may not be is refused with a message") {
    CHECK(says(png_of(1, 1, 16, 0, {0, 0, 0}), "a PNG of 16 bits a channel, expected at most 8"));
    CHECK(says(png_of(0, 1, 8, 0, {}), "has no pixel"));
    CHECK(says(png_of(65536, 1, 8, 0, {}), "has a side above 65535 pixels"));
    CHECK(says(png_of(65535, 65535, 8, 0, {}), "megapixels, the limit is 40"));
    CHECK(says(png_of(1, 1, 4, 2, {0, 0, 0}), "the colour type 2 with 4 bits"));
    CHECK(says(png_of(1, 1, 8, 1, {0, 0}), "the colour type 1 with 8 bits"));
    CHECK(says(png_of(1, 1, 8, 0, {0, 0}, {}, 2), "interlacing that PNG does not have"));
    CHECK(says(png_of(1, 1, 8, 3, {0, 0}), "it has no palette"));
    CHECK(says(png_of(1, 1, 8, 3, {0, 0}, png_chunk("PLTE", {1, 2})), "its palette has 2 bytes"));
    CHECK(says(png_of(1, 1, 8, 0, {5, 0}), "a row has the filter 5"));
    CHECK(says(png_of(1, 2, 8, 0, {0, 0, 0}), "its pixels end in row 1 of 2"));
    CHECK(says(png_of(1, 1, 8, 0, {0, 0}, png_header_chunk(2, 2, 8, 0)), "it has two headers"));
}

TEST_CASE("the checksum of the pixels is held against them, and more pixels are left out") {
    const auto file = [](const Bytes &stream) {
        return joined({bytes_of("\x89PNG\r\n\x1a\n"), png_header_chunk(2, 1, 8, 0),
                       png_chunk("IDAT", stream), png_chunk("IEND", {})});
    };
    Bytes stream = deflated({0, 1, 2});
    CHECK(pixels(file(joined({stream, bytes_of("behind")}))) == greys({1, 2}));
    CHECK(pixels(file(deflated({0, 1, 2, 0, 3, 4}))) == greys({1, 2}));
    stream.back() ^= 1;
    CHECK(says(file(stream), "the checksum of its pixels is wrong"));
}

TEST_CASE("a PNG cut anywhere, or with any byte changed, is refused") {
    const Bytes whole = png_of(2, 2, 8, 0, {0, 1, 2, 0, 3, 4});
    for (std::size_t size = 0; size < whole.size(); size++) {
        CAPTURE(size);
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(says(cut, "is broken or not whole (it ends"));
    }
    for (std::size_t at = 8; at < whole.size(); at++) {
        CAPTURE(at);
        Bytes changed = whole;
        changed[at] ^= 1;
        CHECK(why(changed) != "");
    }
}
