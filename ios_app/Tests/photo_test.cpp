#include <doctest/doctest.h>

#include <stdexcept>

#include "../Bridge/platform.h"
#include "../Core/photo/packed_pixels.h"
#include "photo_files.h"

namespace {

using namespace onpar;
using namespace std::string_view_literals;

std::string why(std::string_view file) {
    return refusal([&] { decode_photo(bytes_of(file), "photo.jpg", *platform()); });
}

}  // namespace

TEST_CASE("what is not a photo is named") {
    CHECK(why("") == "photo.jpg: is empty (0 bytes), expected a JPEG or PNG; copy it again");
    const std::vector<std::pair<std::string_view, std::string>> others = {
        {"GIF89a"sv, "a GIF"},
        {"RIFF....WEBP"sv, "a WebP"},
        {"\0\0\0\x18"
         "ftypavif"sv,
         "an AVIF"},
        {"\0\0\0\x18"
         "ftypheic"sv,
         "a HEIC (or another ISO media file)"},
        {"II*\0"sv, "a TIFF"},
        {"<svg"sv, "text (HTML, XML or SVG)"},
        {"hello"sv, "not an image that onpar supports (it begins with 68 65 6c 6c 6f)"},
        {"\xff\xd8"sv, "not an image that onpar supports (it begins with ff d8)"},
    };
    for (const auto &[file, name] : others) {
        CHECK(why(file) ==
              "photo.jpg: is " + name + ", expected a JPEG or PNG; save it as one of these");
    }
}

TEST_CASE("a PNG's orientation is undone, also where it follows the pixels") {
    const Bytes exif = png_chunk(
        "eXIf", joined({bytes_of("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"sv)}));
    Bytes file = png_of(2, 1, 8, 0, {0, 1, 2});
    file.insert(file.end() - 12, exif.begin(), exif.end());
    const RgbImage got = decode_photo(file, "photo.png", *platform());
    CHECK(got.height == 2);
    CHECK(got.width == 1);
    CHECK(got.pixels == Bytes{1, 1, 1, 2, 2, 2});
}

TEST_CASE("a JPEG that the platform gives up on is refused in its words") {
    const Bytes file = jpeg_of(8, 8, 3);
    const std::string sentence =
        why(std::string_view(reinterpret_cast<const char *>(file.data()), file.size()));
    CHECK(sentence.rfind("photo.jpg: is broken or not whole (", 0) == 0);
    CHECK(sentence.find("; copy or download it again") != std::string::npos);
}

TEST_CASE("pixels are read in each way that Image I/O may lay them out") {
    const Bytes rgb = {1, 2, 3, 4, 5, 6};
    const auto read = [](const Bytes &rows, std::size_t pixel, bool front, bool reversed) {
        const PackedLayout layout = packed_layout(pixel, rows.size(), front, reversed);
        return unpacked(ByteView(rows), 2, 1, layout).pixels;
    };
    CHECK(read({7, 8}, 1, false, false) == Bytes{7, 7, 7, 8, 8, 8});
    CHECK(read({1, 2, 3, 4, 5, 6, 9}, 3, false, false) == rgb);
    CHECK(read({1, 2, 3, 9, 4, 5, 6, 9}, 4, false, false) == rgb);
    CHECK(read({9, 1, 2, 3, 9, 4, 5, 6}, 4, true, false) == rgb);
    CHECK(read({9, 3, 2, 1, 9, 6, 5, 4}, 4, false, true) == rgb);
    CHECK(read({3, 2, 1, 9, 6, 5, 4, 9}, 4, true, true) == rgb);
}

TEST_CASE("rows that are not all there are not read") {
    const Bytes rows(3 * 16 - 4);
    const PackedLayout layout = packed_layout(4, 16, false, false);
    CHECK(unpacked(ByteView(rows), 3, 3, layout).pixels.size() == 27);
    CHECK_THROWS_AS(unpacked(ByteView(rows), 4, 3, layout), std::runtime_error);
    CHECK_THROWS_AS(unpacked(ByteView(rows), 5, 2, layout), std::runtime_error);
    CHECK_THROWS_AS(packed_layout(2, 16, false, false), std::runtime_error);
}
