#include "png_pixels.h"

#include <cstdlib>

#include "inflated.h"
#include "png_header.h"

namespace onpar {
namespace {

/// Where the pixels of one pass of interlacing begin, and how far apart they are.
struct Pass {
    std::size_t x;
    std::size_t y;
    std::size_t step_x;
    std::size_t step_y;
};

constexpr Pass whole[] = {{0, 0, 1, 1}};

/// Adam7 (PNG specification, 8.2).
constexpr Pass adam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                          {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

/// PNG specification, 9.4.
uint8_t paeth(int left, int up, int corner) {
    const int by_left = std::abs(up - corner);
    const int by_up = std::abs(left - corner);
    const int by_corner = std::abs(left + up - 2 * corner);
    if (by_left <= by_up && by_left <= by_corner) {
        return static_cast<uint8_t>(left);
    }
    return static_cast<uint8_t>(by_up <= by_corner ? up : corner);
}

/// Undo a row's filter (PNG specification, 9.2). `step` is a pixel's size in bytes, 1 at least;
/// `above` is the row before it, or zeros.
void unfilter(int filter, std::vector<uint8_t> &row, const std::vector<uint8_t> &above,
              std::size_t step) {
    for (std::size_t i = 0; i < row.size(); i++) {
        const int left = i < step ? 0 : row[i - step];
        const int corner = i < step ? 0 : above[i - step];
        const int up = above[i];
        int guess = 0;
        if (filter == 1) {
            guess = left;
        } else if (filter == 2) {
            guess = up;
        } else if (filter == 3) {
            guess = (left + up) / 2;
        } else if (filter == 4) {
            guess = paeth(left, up, corner);
        }
        row[i] = static_cast<uint8_t>(row[i] + guess);
    }
}

/// The sample at this place of the row, of as many bits as the header says.
unsigned sample(const std::vector<uint8_t> &row, std::size_t index, std::size_t bits) {
    if (bits == 8) {
        return row[index];
    }
    const std::size_t at = index * bits;
    const unsigned shift = static_cast<unsigned>(8 - bits - at % 8);
    return row[at / 8] >> shift & ((1u << bits) - 1);
}

/// R, G and B of one pixel.
void write_pixel(const PngHeader &header, const std::vector<uint8_t> &row, std::size_t x,
                 uint8_t *to) {
    const std::size_t at = x * header.channels();
    const unsigned first = sample(row, at, header.bits);
    for (std::size_t i = 0; i < 3; i++) {
        if (header.colour == PngHeader::palette) {
            const std::size_t entry = 3 * first + i;
            to[i] = entry < header.colours.size() ? header.colours[entry] : 0;
        } else if (header.channels() < 3) {
            // 1, 3, 15 and 255 divide 255.
            to[i] = static_cast<uint8_t>(first * (255 / ((1u << header.bits) - 1)));
        } else {
            to[i] = row[at + i];
        }
    }
}

/// The pixels of one pass into their places of the image.
void read_pass(const PngHeader &header, const Pass &pass, Inflater &stream, const std::string &name,
               std::vector<uint8_t> &pixels) {
    if (header.width <= pass.x || header.height <= pass.y) {
        return;
    }
    const std::size_t width = (header.width - pass.x + pass.step_x - 1) / pass.step_x;
    const std::size_t pixel_bits = header.bits * header.channels();
    const std::size_t step = pixel_bits < 8 ? 1 : pixel_bits / 8;
    std::vector<uint8_t> row((width * pixel_bits + 7) / 8);
    std::vector<uint8_t> above(row.size());
    for (std::size_t y = pass.y; y < header.height; y += pass.step_y) {
        uint8_t filter = 0;
        if (stream.read(&filter, 1) != 1 || stream.read(row.data(), row.size()) != row.size()) {
            throw broken_photo(name, "its pixels end in row " + std::to_string(y) + " of " +
                                         std::to_string(header.height));
        }
        if (filter > 4) {
            throw broken_photo(name, "a row has the filter " + std::to_string(filter));
        }
        unfilter(filter, row, above, step);
        for (std::size_t x = 0; x < width; x++) {
            const std::size_t column = pass.x + x * pass.step_x;
            write_pixel(header, row, x, &pixels[(y * header.width + column) * 3]);
        }
        row.swap(above);
    }
}

}  // namespace

RgbImage png_pixels(const PhotoFile &file, const std::string &name) {
    const PngHeader header = png_header(ByteView(file.plain), name);
    std::vector<uint8_t> pixels(header.width * header.height * 3);
    Inflater stream(header.deflated);
    if (header.interlaced) {
        for (const Pass &pass : adam7) {
            read_pass(header, pass, stream, name, pixels);
        }
    } else {
        read_pass(header, whole[0], stream, name, pixels);
    }
    // What is behind the last row does not matter, but for a checksum that is there and wrong.
    uint8_t behind = 0;
    stream.read(&behind, 1);
    if (stream.damaged()) {
        throw broken_photo(name, "the checksum of its pixels is wrong");
    }
    return RgbImage(file.height, file.width, std::move(pixels));
}

}  // namespace onpar
