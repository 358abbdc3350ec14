#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../input_error.h"
#include "../rgb_image.h"

namespace onpar {

using Bytes = std::vector<uint8_t>;

/// What an image file consists of, as far as its pixels depend on it.
struct PhotoFile {
    enum class Format { jpeg, png };

    Format format;
    int width;
    int height;

    /// Whether the pixels are stored as grey.
    bool grey;

    /// The file with its pixels alone: no profile, orientation, transparency or other metadata.
    Bytes plain;

    /// The ICC profile, empty where it is damaged.
    std::optional<Bytes> icc;

    /// The EXIF block from its TIFF header on.
    std::optional<Bytes> exif;
};

/// What a platform brings to the decoding of photos: Image I/O on Apple's, libjpeg-turbo, libpng
/// and LittleCMS on Linux.
class Platform {
public:
    virtual ~Platform() = default;

    /// The stored pixels of PhotoFile::plain: nothing turned, and no colour converted.
    /// `name` is the file's, for errors. Throws InputError where they cannot be decoded, or are not
    /// all there.
    virtual RgbImage pixels(const PhotoFile &file, const std::string &name) = 0;

    /// Pixels of a profile as sRGB, by the platform's own colour management.
    /// `grey`: whether the profile is for grey; the pixels' R, G and B are equal then.
    /// Throws std::runtime_error where the platform cannot use the profile.
    virtual RgbImage to_srgb(const RgbImage &image, const Bytes &icc, bool grey) = 0;
};

/// The pixels of a JPEG or PNG by the image contract of parity/image/decode.py: upright, in sRGB,
/// alpha dropped.
///
/// The platform decodes; it is given a file that has the pixels and nothing else, so that what it
/// does with metadata does not matter. `name` is the file's, for errors. Throws InputError.
RgbImage decode_photo(const Bytes &file, const std::string &name, Platform &platform);

/// The refusal of a file that is not as it was written.
InputError broken_photo(const std::string &name, const std::string &found);

}  // namespace onpar
