#include "other_format.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "byte_view.h"

namespace onpar {
namespace {

using namespace std::string_view_literals;

struct Format {
    std::size_t at;
    std::string_view magic;
    const char *name;
};

constexpr Format formats[] = {
    {0, "GIF8"sv, "a GIF"},
    {8, "WEBP"sv, "a WebP"},
    {4, "ftypavif"sv, "an AVIF"},
    {4, "ftyp"sv, "a HEIC (or another ISO media file)"},
    {0, "BM"sv, "a BMP"},
    {0, "II*\0"sv, "a TIFF"},
    {0, "MM\0*"sv, "a TIFF"},
    {4, "JXL "sv, "a JPEG XL"},
    {4, "jP  "sv, "a JPEG 2000"},
    {0, "%PDF"sv, "a PDF"},
    {0, "<"sv, "text (HTML, XML or SVG)"},
    {0, "version https://git-lfs"sv, "a Git LFS pointer (`git lfs pull` fetches the image)"},
};

}  // namespace

std::string other_format(const Bytes &file) {
    for (const Format &one : formats) {
        if (ByteView(file).has(one.magic, one.at)) {
            return one.name;
        }
    }
    std::string shown;
    for (std::size_t i = 0; i < std::min<std::size_t>(file.size(), 8); i++) {
        char digits[4];
        std::snprintf(digits, sizeof digits, "%s%02x", i == 0 ? "" : " ", unsigned{file[i]});
        shown += digits;
    }
    return "no image that onpar knows (it begins with " + shown + ")";
}

}  // namespace onpar
