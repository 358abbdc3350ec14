#include "class_map.h"

#include <cmath>

namespace onpar {

std::vector<uint8_t> overlay(const RgbView &photo, const Tensor &classmap,
                             const std::vector<uint32_t> &palette, double share) {
    const int above = static_cast<int>(std::lround(share * 256));
    int colours[256][3] = {};
    for (std::size_t i = 0; i < palette.size(); i++) {
        for (int channel = 0; channel < 3; channel++) {
            const int level = palette[i] >> (16 - 8 * channel) & 0xff;
            colours[i][channel] = level * above + 128;
        }
    }
    for (std::size_t i = palette.size(); i < 256; i++) {
        colours[i][0] = colours[i][1] = colours[i][2] = 128;
    }
    const int below = 256 - above;
    const int64_t rows = classmap.shape()[0];
    const int64_t columns = classmap.shape()[1];
    std::vector<uint8_t> rgba(std::size_t{4} * photo.height * photo.width);
    const uint8_t *in = photo.pixels;
    uint8_t *out = rgba.data();
    for (int y = 0; y < photo.height; y++) {
        const uint8_t *row = classmap.bytes().data() + y * rows / photo.height * columns;
        for (int x = 0; x < photo.width; x++, in += 3, out += 4) {
            const int *colour =
                colours[row[columns == photo.width ? x : x * columns / photo.width]];
            out[0] = static_cast<uint8_t>((colour[0] + in[0] * below) >> 8);
            out[1] = static_cast<uint8_t>((colour[1] + in[1] * below) >> 8);
            out[2] = static_cast<uint8_t>((colour[2] + in[2] * below) >> 8);
            out[3] = 255;
        }
    }
    return rgba;
}

std::array<int64_t, 256> class_counts(const Tensor &classmap) {
    std::array<int64_t, 256> counts{};
    for (uint8_t one : classmap.bytes()) {
        counts[one]++;
    }
    return counts;
}

}  // namespace onpar
