#include "photo.h"

#include <string_view>

#include "../limits.h"
#include "byte_view.h"
#include "colour_profile.h"
#include "exif.h"
#include "jpeg_file.h"
#include "other_format.h"
#include "png_file.h"

namespace onpar {
namespace {

using namespace std::string_view_literals;

/// The signature and the chunk that must follow it (PNG specification, 5.2 and 5.6).
constexpr auto png_start = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"sv;
constexpr auto jpeg_start = "\xff\xd8\xff"sv;

PhotoFile parse(const Bytes &file, const std::string &name) {
    if (file.empty()) {
        throw InputError(name + ": is empty (0 bytes), expected a JPEG or PNG; copy it again");
    }
    if (file.size() > limits::max_photo_bytes) {
        throw InputError(name + ": has " + std::to_string(file.size()) + " bytes, at most " +
                         std::to_string(limits::max_photo_bytes) +
                         " are read; save it again, compressed");
    }
    if (ByteView(file).has(png_start)) {
        return parse_png(file, name);
    }
    if (ByteView(file).has(jpeg_start)) {
        return parse_jpeg(file, name);
    }
    throw InputError(name + ": is " + other_format(file) +
                     ", expected a JPEG or PNG; save it as one of these");
}

}  // namespace

RgbImage decode_photo(const Bytes &file, const std::string &name, Platform &platform) {
    const PhotoFile parts = parse(file, name);
    RgbImage pixels = platform.pixels(parts, name);
    if (parts.icc) {
        pixels = to_srgb(std::move(pixels), *parts.icc, parts.grey, name, platform);
    }
    return parts.exif ? upright(std::move(pixels), *parts.exif, name) : pixels;
}

InputError broken_photo(const std::string &name, const std::string &found) {
    return InputError(name + ": is broken or not whole (" + found + "); copy or download it again");
}

}  // namespace onpar
