// Any bytes are decoded or refused in a sentence: by decode_photo with the libraries of the host,
// and with a platform of no library. Every PNG that libpng reads whole has the same pixels here.
// Photos of more than max_pixels are left out, so that a fuzzer sees many files a second.
#include <zlib.h>

#include <cstdlib>

#include "../Bridge/platform.h"
#include "../Core/photo/byte_view.h"
#include "../Core/photo/colour_profile.h"
#include "../Core/photo/exif.h"
#include "../Core/photo/jpeg_file.h"
#include "../Core/photo/matrix_shaper.h"
#include "../Core/photo/png_file.h"
#include "../Core/photo/png_pixels.h"
#include "flat_platform.h"
#include "libpng_pixels.h"

namespace {

using namespace onpar;

constexpr int64_t max_pixels = 1 << 16;

bool is_large(const PhotoFile &file) {
    return int64_t{file.width} * file.height > max_pixels;
}

PhotoFile parsed(const Bytes &file) {
    return ByteView(file).has("\x89PNG") ? parse_png(file, "photo") : parse_jpeg(file, "photo");
}

/// The exact conversion, also where the platform's would have refused the profile.
void convert_exactly(const PhotoFile &file) {
    if (!file.icc) {
        return;
    }
    try {
        const IccProfile profile{ByteView(*file.icc)};
        if (profile.is_matrix()) {
            MatrixShaper(profile).apply(RgbImage(1, 2, {0, 128, 255, 1, 2, 3}));
        }
    } catch (const std::runtime_error &) {
        // In decode_photo it becomes an InputError.
    }
}

void hold_against_libpng(const PhotoFile &file) {
    const std::optional<RgbImage> expected = libpng_pixels(file);
    if (expected && png_pixels(file, "photo").pixels != expected->pixels) {
        std::abort();
    }
}

void decode(const Bytes &file, Platform &platform) {
    try {
        decode_photo(file, "photo", platform);
    } catch (const InputError &error) {
        if (std::string(error.what()).rfind("photo: ", 0) != 0) {
            std::abort();
        }
    }
}

/// Make the checksums of a PNG's chunks right, where their lengths are.
void fix_checksums(uint8_t *file, std::size_t size) {
    for (std::size_t at = 8; size - at >= 12;) {
        const std::size_t length = ByteView(file, size).u32(at);
        if (length > size - at - 12) {
            return;
        }
        const uLong sum = crc32_z(crc32_z(0, nullptr, 0), file + at + 4, length + 4);
        for (std::size_t i = 0; i < 4; i++) {
            file[at + 8 + length + i] = static_cast<uint8_t>(sum >> (24 - 8 * i));
        }
        at += length + 12;
    }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(uint8_t *data, std::size_t size, std::size_t max_size);

/// Most changes to a PNG would be refused for a checksum, and reach nothing behind it.
extern "C" std::size_t LLVMFuzzerCustomMutator(uint8_t *data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
    const std::size_t mutated = LLVMFuzzerMutate(data, size, max_size);
    if (mutated >= 8 && seed % 16 != 0 && ByteView(data, mutated).has("\x89PNG")) {
        fix_checksums(data, mutated);
    }
    return mutated;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size) {
    const Bytes file(data, data + size);
    try {
        const bool is_photo =
            ByteView(file).has("\x89PNG\r\n\x1a\n") || ByteView(file).has("\xff\xd8\xff");
        if (is_photo) {
            const PhotoFile parts = parsed(file);
            if (is_large(parts)) {
                return -1;
            }
            convert_exactly(parts);
            if (parts.format == PhotoFile::Format::png) {
                hold_against_libpng(parts);
            }
        }
    } catch (const InputError &) {
        // Below, decode_photo must say the same.
    }
    FlatPlatform flat;
    decode(file, flat);
    decode(file, *platform());
    return 0;
}
