#include <doctest/doctest.h>

#include "../Core/photo/byte_view.h"
#include "../Core/photo/jpeg_file.h"
#include "photo_files.h"

namespace {

using namespace onpar;
using namespace std::string_view_literals;

std::string why(const Bytes &file) {
    return refusal([&] { parse_jpeg(file, "photo"); });
}

Bytes icc_piece(int place, int count, std::string_view content) {
    return jpeg_segment(0xe2, joined({bytes_of("ICC_PROFILE\0"sv),
                                      {static_cast<uint8_t>(place), static_cast<uint8_t>(count)},
                                      bytes_of(content)}));
}

/// Whether the plain file marks its colours as RGB.
bool is_rgb(const Bytes &file) {
    return ByteView(parse_jpeg(file, "photo").plain).has("Adobe", 6);
}

}  // namespace

TEST_CASE("size, grey and the file without its metadata are read") {
    const Bytes comment = jpeg_segment(0xfe, joined({number(0xffd9, 2), bytes_of("comment")}));
    const PhotoFile parts = parse_jpeg(jpeg_of(300, 2, 1, comment), "photo");
    CHECK(parts.width == 300);
    CHECK(parts.height == 2);
    CHECK(parts.grey);
    CHECK(!parts.icc);
    CHECK(!parts.exif);
    CHECK(parts.plain == parse_jpeg(jpeg_of(300, 2, 1), "photo").plain);
    CHECK(!parse_jpeg(jpeg_of(300, 2, 3), "photo").grey);
}

TEST_CASE("fill bytes, restarts and what follows the image do not matter") {
    const Bytes plain = parse_jpeg(jpeg_of(8, 8, 3), "photo").plain;
    const Bytes filled = number(0xffffffd0, 4);
    CHECK(parse_jpeg(jpeg_of(8, 8, 3, filled), "photo").plain == plain);
    CHECK(parse_jpeg(joined({jpeg_of(8, 8, 3), bytes_of("behind")}), "photo").plain == plain);
}

TEST_CASE("a profile in pieces is put together in their order, and empty where one is missing") {
    const Bytes swapped = joined({icc_piece(2, 2, "file"), icc_piece(1, 2, "pro")});
    CHECK(parse_jpeg(jpeg_of(8, 8, 3, swapped), "photo").icc == bytes_of("profile"));
    const Bytes missing = icc_piece(1, 2, "pro");
    CHECK(parse_jpeg(jpeg_of(8, 8, 3, missing), "photo").icc == Bytes());
    const Bytes cut = jpeg_segment(0xe2, bytes_of("ICC_PROFILE\0"sv));
    CHECK(parse_jpeg(jpeg_of(8, 8, 3, cut), "photo").icc == Bytes());
}

TEST_CASE("EXIF data are those behind the prefix, of all segments") {
    const Bytes first = jpeg_segment(0xe1, bytes_of("Exif\0\0MM"sv));
    const Bytes second = jpeg_segment(0xe1, bytes_of("Exif\0\0rest"sv));
    const Bytes none = jpeg_segment(0xe1, bytes_of("Exif\0\0"sv));
    CHECK(parse_jpeg(jpeg_of(8, 8, 3, joined({first, second})), "p").exif == bytes_of("MMrest"));
    CHECK(!parse_jpeg(jpeg_of(8, 8, 3, none), "photo").exif);
}

TEST_CASE("colours are what libjpeg assumes of JFIF, Adobe's segment and the ids") {
    const Bytes jfif = jpeg_segment(0xe0, bytes_of("JFIF\0"sv));
    const Bytes adobe_rgb = jpeg_segment(0xee, bytes_of("Adobe\0\0\0\0\0\0\0"sv));
    const Bytes adobe_ycc = jpeg_segment(0xee, bytes_of("Adobe\0\0\0\0\0\0\x01"sv));
    CHECK(!is_rgb(jpeg_of(8, 8, 3)));
    CHECK(is_rgb(jpeg_of(8, 8, 3, adobe_rgb)));
    CHECK(!is_rgb(jpeg_of(8, 8, 3, adobe_ycc)));
    CHECK(!is_rgb(jpeg_of(8, 8, 3, joined({jfif, adobe_rgb}))));
    Bytes named = jpeg_of(8, 8, 3);
    const std::size_t ids = 2 + 4 + 6;
    named[ids] = 'R';
    named[ids + 3] = 'G';
    named[ids + 6] = 'B';
    CHECK(is_rgb(named));
}

TEST_CASE("what a JPEG may not be is refused with a message") {
    CHECK(why(jpeg_of(8, 8, 4)) ==
          "photo: its colours are CMYK, expected grey or RGB; save as RGB");
    CHECK(why(jpeg_of(8, 8, 2)).find("its colours are 2 channels") != std::string::npos);
    CHECK(why(jpeg_of(8, 8, 3, {}, 12)).find("a JPEG of 12 bits a channel") != std::string::npos);
    CHECK(why(jpeg_of(65535, 65535, 3)).find("megapixels") != std::string::npos);
    CHECK(why(jpeg_of(8, 0, 3)).find("8x0 has no pixel") != std::string::npos);
    const Bytes frame = jpeg_segment(0xc2, {8, 0, 8, 0, 8, 1, 1, 0x11, 0});
    CHECK(why(jpeg_of(8, 8, 3, frame)).find("it has two frames") != std::string::npos);
    CHECK(why(jpeg_of(8, 8, 3, jpeg_segment(0xc0, {8, 0, 8, 0, 8, 3, 1})))
              .find("its header is too short") != std::string::npos);
    CHECK(why(jpeg_of(8, 8, 3, bytes_of("x"))).find("a segment does not begin at byte 2") !=
          std::string::npos);
    CHECK(why(joined({number(0xffd8, 2), number(0xffd9, 2)})).find("it has no image") !=
          std::string::npos);
}

TEST_CASE("a JPEG cut anywhere is refused") {
    const Bytes whole = jpeg_of(8, 8, 3, icc_piece(1, 1, "profile"));
    for (std::size_t size = 3; size < whole.size(); size++) {
        CAPTURE(size);
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(why(cut).rfind("photo: is broken or not whole (it ends", 0) == 0);
    }
}
