#include "jpeg_pixels.h"

// jpeglib.h needs it and does not include it.
#include <cstdio>

#include <jpeglib.h>

#include <csetjmp>
#include <cstddef>

namespace onpar {
namespace {

/// A decoder of libjpeg, and where it leaves by on an error. The function that calls setjmp does
/// not own it, so that it is whole behind longjmp; and none between the two has destructors to run.
struct Decoder {
    jpeg_decompress_struct jpeg;
    jpeg_error_mgr errors;
    std::jmp_buf leave;
    char message[JMSG_LENGTH_MAX];
};

void give_up(j_common_ptr jpeg) {
    auto *decoder = static_cast<Decoder *>(jpeg->client_data);
    jpeg->err->format_message(jpeg, decoder->message);
    std::longjmp(decoder->leave, 1);
}

void say_nothing(j_common_ptr) {}

bool is_as_stated(const jpeg_decompress_struct &jpeg, const PhotoFile &file) {
    return jpeg.image_width == static_cast<JDIMENSION>(file.width) &&
           jpeg.image_height == static_cast<JDIMENSION>(file.height) &&
           jpeg.num_components == (file.grey ? 1 : 3);
}

/// Decode into `pixels`, of the file's size in its own number of channels. Whether it went well;
/// else the decoder has a message.
bool decode(const PhotoFile &file, uint8_t *pixels, Decoder &decoder) {
    jpeg_decompress_struct *jpeg = &decoder.jpeg;
    jpeg->err = jpeg_std_error(&decoder.errors);
    jpeg->client_data = &decoder;
    decoder.errors.error_exit = give_up;
    decoder.errors.output_message = say_nothing;
    if (setjmp(decoder.leave) != 0) {
        return false;
    }
    jpeg_create_decompress(jpeg);
    jpeg_mem_src(jpeg, file.plain.data(), static_cast<unsigned long>(file.plain.size()));
    jpeg_read_header(jpeg, TRUE);
    if (!is_as_stated(*jpeg, file)) {
        std::snprintf(decoder.message, sizeof decoder.message, "it has another size than it says");
        return false;
    }
    jpeg->out_color_space = file.grey ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(jpeg);
    const std::size_t stride = static_cast<std::size_t>(file.width) * (file.grey ? 1 : 3);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = pixels + jpeg->output_scanline * stride;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
    return true;
}

std::vector<uint8_t> expanded(const std::vector<uint8_t> &grey) {
    std::vector<uint8_t> rgb;
    rgb.reserve(grey.size() * 3);
    for (const uint8_t level : grey) {
        rgb.insert(rgb.end(), 3, level);
    }
    return rgb;
}

}  // namespace

RgbImage jpeg_pixels(const PhotoFile &file, const std::string &name) {
    const std::size_t count = static_cast<std::size_t>(file.width) * file.height;
    std::vector<uint8_t> pixels(count * (file.grey ? 1 : 3));
    Decoder decoder{};
    const bool whole = decode(file, pixels.data(), decoder);
    jpeg_destroy_decompress(&decoder.jpeg);
    if (!whole) {
        throw broken_photo(name, decoder.message);
    }
    return RgbImage(file.height, file.width, file.grey ? expanded(pixels) : std::move(pixels));
}

std::string jpeg_decoder() {
#define ONPAR_TEXT(words) ONPAR_TEXT_OF(words)
#define ONPAR_TEXT_OF(words) #words
    return "libjpeg-turbo " ONPAR_TEXT(LIBJPEG_TURBO_VERSION);
}

}  // namespace onpar
