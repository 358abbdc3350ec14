#include "jpeg_file.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "jpeg_segments.h"

namespace onpar {
namespace {

using namespace std::string_view_literals;

constexpr auto jfif_name = "JFIF\0"sv;
constexpr auto exif_name = "Exif\0\0"sv;
constexpr auto icc_name = "ICC_PROFILE\0"sv;
constexpr auto adobe_name = "Adobe"sv;

/// Begins the file and marks the colours as YCbCr (JFIF 1.02).
constexpr auto as_ycbcr = "\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0"sv;

/// Begins the file and marks the colours as RGB: Adobe's segment with the transform 0.
constexpr auto as_rgb =
    "\xff\xd8\xff\xee\0\x0e"
    "Adobe\0\x64\0\0\0\0\0"sv;

constexpr auto end_of_image = "\xff\xd9"sv;

/// What the segments say.
struct Parts {
    Bytes kept;
    Bytes exif;
    std::vector<ByteView> profile;
    bool jfif = false;
    int adobe_transform = -1;
    std::vector<ByteView> frames;
};

/// SOF0 to SOF15; three of these numbers are other segments: DHT, JPG and DAC.
bool is_frame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/// APP0 to APP15, and COM.
bool is_metadata(int marker) {
    return (marker >= 0xe0 && marker <= 0xef) || marker == 0xfe;
}

void check_frame(ByteView content, const std::string &name) {
    if (content.size() < 6 || content.size() < 6u + 3u * content[5]) {
        throw broken_photo(name, "its header is too short");
    }
    check_size(name, content.u16(3), content.u16(1));
    if (content[0] != 8) {
        throw InputError(name + ": a JPEG of " + std::to_string(content[0]) +
                         " bits a channel, expected 8; save it with 8 bits");
    }
    const int channels = content[5];
    if (channels != 1 && channels != 3) {
        const std::string colours = channels == 4 ? "CMYK" : std::to_string(channels) + " channels";
        throw InputError(name + ": its colours are " + colours +
                         ", expected grey or RGB; save as RGB");
    }
}

void add_segment(Parts &parts, int marker, ByteView content, const std::string &name) {
    if (marker == 0xe0 && content.has(jfif_name)) {
        parts.jfif = true;
    } else if (marker == 0xe1 && content.has(exif_name)) {
        append(parts.exif, content.from(exif_name.size()));
    } else if (marker == 0xe2 && content.has(icc_name) && parts.frames.empty()) {
        parts.profile.push_back(content);
    } else if (marker == 0xee && content.has(adobe_name) && content.size() >= 12) {
        parts.adobe_transform = content[11];
    } else if (is_frame(marker)) {
        if (!parts.frames.empty()) {
            throw broken_photo(name, "it has two frames");
        }
        check_frame(content, name);
        parts.frames.push_back(content);
    }
}

/// What libjpeg assumes (default_decompress_parms in jdapimin.c); other decoders guess otherwise.
bool is_rgb(const Parts &parts) {
    const ByteView frame = parts.frames.front();
    if (frame[5] != 3 || parts.jfif) {
        return false;
    }
    if (parts.adobe_transform >= 0) {
        return parts.adobe_transform == 0;
    }
    return frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B';
}

/// A piece's number stands behind the name that all have.
int number(ByteView piece) {
    return piece.size() > icc_name.size() ? piece[icc_name.size()] : 0;
}

/// The profile's pieces in their order; empty where one is missing.
std::optional<Bytes> whole_profile(std::vector<ByteView> pieces) {
    if (pieces.empty()) {
        return std::nullopt;
    }
    const std::size_t header = icc_name.size() + 2;
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](ByteView some, ByteView other) { return number(some) < number(other); });
    Bytes whole;
    for (const ByteView piece : pieces) {
        if (piece.size() < header || piece[header - 1] != pieces.size()) {
            return Bytes();
        }
        append(whole, piece.from(header));
    }
    return whole;
}

}  // namespace

PhotoFile parse_jpeg(const Bytes &file, const std::string &name) {
    const ByteView bytes(file);
    Parts parts;
    for (const JpegSegment &one : jpeg_segments(bytes, name)) {
        add_segment(parts, one.marker, bytes.piece(one.start + 2, one.end - one.start - 2), name);
        if (!is_metadata(one.marker)) {
            parts.kept.push_back(0xff);
            parts.kept.push_back(static_cast<uint8_t>(one.marker));
            append(parts.kept, bytes.piece(one.start, one.end_of_scan - one.start));
        }
    }
    if (parts.frames.empty()) {
        throw broken_photo(name, "it has no image");
    }
    const std::string_view begin = is_rgb(parts) ? as_rgb : as_ycbcr;
    Bytes plain(begin.begin(), begin.end());
    append(plain, ByteView(parts.kept));
    plain.insert(plain.end(), end_of_image.begin(), end_of_image.end());
    const ByteView frame = parts.frames.front();
    std::optional<Bytes> exif;
    if (!parts.exif.empty()) {
        exif = std::move(parts.exif);
    }
    return PhotoFile{PhotoFile::Format::jpeg, frame.u16(3),     frame.u16(1),
                     frame[5] == 1,           std::move(plain), whole_profile(parts.profile),
                     std::move(exif)};
}

}  // namespace onpar
