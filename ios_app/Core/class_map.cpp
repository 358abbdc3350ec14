#include "class_map.h"

#include <cmath>
#include <stdexcept>

namespace onpar {

Tensor arg_max(const Tensor &scores) {
    const std::vector<int64_t> &shape = scores.shape();
    if (shape.size() != 4 || shape[0] != 1 || shape[1] < 1 || shape[1] > 256) {
        throw std::invalid_argument(
            "got scores " + scores.text() +
            ", expected float32 [1, at most 256 classes, height, width]");
    }
    const std::size_t classes = shape[1];
    const std::size_t rows = shape[2];
    const std::size_t columns = shape[3];
    const float *values = scores.floats();
    Tensor map(Dtype::uint8, {shape[2], shape[3]});
    // A row at a time: its best scores stay in the cache while the classes pass over them.
    std::vector<float> best(columns);
    std::vector<int32_t> winner(columns);
    for (std::size_t y = 0; y < rows; y++) {
        const float *first = values + y * columns;
        best.assign(first, first + columns);
        winner.assign(columns, 0);
        for (std::size_t c = 1; c < classes; c++) {
            const float *next = values + (c * rows + y) * columns;
            // Without a jump: neighbours' winners are hard to guess.
            for (std::size_t x = 0; x < columns; x++) {
                const float score = next[x];
                const bool more = score > best[x];
                winner[x] = more ? static_cast<int32_t>(c) : winner[x];
                best[x] = more || score != score ? score : best[x];
            }
        }
        uint8_t *out = map.bytes().data() + y * columns;
        for (std::size_t x = 0; x < columns; x++) {
            out[x] = static_cast<uint8_t>(winner[x]);
        }
    }
    return map;
}

std::vector<uint8_t> overlay(
    const RgbImage &photo, const Tensor &classmap, const ClassMapSpec &spec, double share) {
    if (classmap.shape() != std::vector<int64_t>{photo.height, photo.width}) {
        throw std::invalid_argument(
            "got the class map " + classmap.text() + ", expected " +
            std::to_string(photo.height) + "x" + std::to_string(photo.width));
    }
    const int above = static_cast<int>(std::lround(share * 256));
    int colours[256][3] = {};
    for (std::size_t i = 0; i < spec.palette.size(); i++) {
        for (int channel = 0; channel < 3; channel++) {
            const int level = spec.palette[i] >> (16 - 8 * channel) & 0xff;
            colours[i][channel] = level * above + 128;
        }
    }
    for (std::size_t i = spec.palette.size(); i < 256; i++) {
        colours[i][0] = colours[i][1] = colours[i][2] = 128;
    }
    const int below = 256 - above;
    const std::vector<uint8_t> &classes = classmap.bytes();
    std::vector<uint8_t> rgba(4 * classes.size());
    const uint8_t *in = photo.pixels.data();
    uint8_t *out = rgba.data();
    for (uint8_t one : classes) {
        const int *colour = colours[one];
        out[0] = static_cast<uint8_t>((colour[0] + in[0] * below) >> 8);
        out[1] = static_cast<uint8_t>((colour[1] + in[1] * below) >> 8);
        out[2] = static_cast<uint8_t>((colour[2] + in[2] * below) >> 8);
        out[3] = 255;
        in += 3;
        out += 4;
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
