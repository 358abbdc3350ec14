#include "libpng_pixels.h"

#include <png.h>

#include <csetjmp>
#include <cstring>

namespace onpar {
namespace {

/// What is read, and how far.
struct Source {
    const Bytes *file;
    std::size_t at;
    std::jmp_buf leave;
};

void read(png_structp png, png_bytep out, std::size_t size) {
    auto *source = static_cast<Source *>(png_get_io_ptr(png));
    if (size > source->file->size() - source->at) {
        png_error(png, "it ends");
    }
    std::memcpy(out, source->file->data() + source->at, size);
    source->at += size;
}

void give_up(png_structp png, png_const_charp) {
    std::longjmp(static_cast<Source *>(png_get_error_ptr(png))->leave, 1);
}

/// Into `rows` of the file's size, in RGB. Whether libpng had nothing to object to.
bool decode(png_structp png, png_infop info, Source &source, uint8_t **rows) {
    if (setjmp(source.leave) != 0) {
        return false;
    }
    png_set_read_fn(png, &source, read);
    png_read_info(png, info);
    png_set_expand(png);
    png_set_strip_alpha(png);
    png_set_gray_to_rgb(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    png_read_image(png, rows);
    png_read_end(png, nullptr);
    return true;
}

}  // namespace

std::optional<RgbImage> libpng_pixels(const PhotoFile &file) {
    Source source{&file.plain, 0, {}};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, give_up, give_up);
    png_infop info = png_create_info_struct(png);
    std::vector<uint8_t> pixels(static_cast<std::size_t>(file.width) * file.height * 3);
    std::vector<uint8_t *> rows(static_cast<std::size_t>(file.height));
    for (std::size_t y = 0; y < rows.size(); y++) {
        rows[y] = &pixels[y * file.width * 3];
    }
    const bool well = decode(png, info, source, rows.data());
    png_destroy_read_struct(&png, &info, nullptr);
    if (!well) {
        return std::nullopt;
    }
    return RgbImage(file.height, file.width, std::move(pixels));
}

}  // namespace onpar
