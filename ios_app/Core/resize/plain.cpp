#include "plain.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "plain_weights.h"

namespace onpar {
namespace {

/// The window of an image that has the scaled size.
RgbImage cut_out(const RgbView &image, const Window &window) {
    const std::size_t stride = std::size_t{3} * window.width;
    std::vector<uint8_t> out(window.height * stride);
    for (int y = 0; y < window.height; y++) {
        const std::size_t row = static_cast<std::size_t>(window.top + y) * image.width;
        std::memcpy(&out[y * stride], image.pixels + 3 * (row + window.left), stride);
    }
    return RgbImage(window.height, window.width, std::move(out));
}

/// The image's rows after the pass along the columns, in 1/2048 of a level; the last `taps` of them
/// are kept.
template <int taps>
class Rows {
public:
    Rows(const RgbView &image, const PlainWeights &across) : image_(image), across_(across) {
        held_.fill(-1);
    }

    /// Row y, until another row is asked for that is a multiple of `taps` away.
    const int32_t *at(int y) {
        std::vector<int32_t> &row = rows_[y % taps];
        if (held_[y % taps] != y) {
            held_[y % taps] = y;
            row.resize(across_.sources.size() / taps * 3);
            fill(image_.pixels + std::size_t{3} * image_.width * y, row);
        }
        return row.data();
    }

private:
    void fill(const uint8_t *in, std::vector<int32_t> &row) const {
        const int *source = across_.sources.data();
        const int32_t *weight = across_.weights.data();
        for (std::size_t x = 0; x < row.size(); x += 3, source += taps, weight += taps) {
            int32_t sums[3] = {};
            for (int tap = 0; tap < taps; tap++) {
                const uint8_t *pixel = in + std::size_t{3} * source[tap];
                for (int channel = 0; channel < 3; channel++) {
                    sums[channel] += weight[tap] * pixel[channel];
                }
            }
            std::copy_n(sums, 3, &row[x]);
        }
    }

    const RgbView &image_;
    const PlainWeights &across_;
    std::array<std::vector<int32_t>, taps> rows_;
    std::array<int, taps> held_;
};

/// One row of the output: VResizeLinear of OpenCV's resize.cpp, whose products lose bits apart.
void down(const std::array<const int32_t *, 2> &rows, const int32_t *weight, std::size_t count,
          uint8_t *out) {
    for (std::size_t x = 0; x < count; x++) {
        const int32_t first = (weight[0] * (rows[0][x] >> 4)) >> 16;
        const int32_t second = (weight[1] * (rows[1][x] >> 4)) >> 16;
        out[x] = static_cast<uint8_t>((first + second + 2) >> 2);
    }
}

/// One row of the output: VResizeCubic. The sum fits: the weights of an axis are at most 1.375
/// without their signs.
void down(const std::array<const int32_t *, 4> &rows, const int32_t *weight, std::size_t count,
          uint8_t *out) {
    constexpr int bits = 2 * PlainWeights::bits;
    for (std::size_t x = 0; x < count; x++) {
        int32_t sum = int32_t{1} << (bits - 1);
        for (int tap = 0; tap < 4; tap++) {
            sum += weight[tap] * rows[tap][x];
        }
        out[x] = static_cast<uint8_t>(std::clamp(sum >> bits, 0, 255));
    }
}

template <int taps>
RgbImage resampled(const RgbView &image, const Window &window, Filter filter) {
    const PlainWeights across = plain_weights(image.width, window.scaled_width, window.left,
                                              window.width, filter, Axis::columns);
    const PlainWeights along = plain_weights(image.height, window.scaled_height, window.top,
                                             window.height, filter, Axis::rows);
    const std::size_t stride = std::size_t{3} * window.width;
    std::vector<uint8_t> out(window.height * stride);
    Rows<taps> rows(image, across);
    for (int y = 0; y < window.height; y++) {
        std::array<const int32_t *, taps> taken;
        for (int tap = 0; tap < taps; tap++) {
            taken[tap] = rows.at(along.sources[y * taps + tap]);
        }
        down(taken, &along.weights[y * taps], stride, &out[y * stride]);
    }
    return RgbImage(window.height, window.width, std::move(out));
}

}  // namespace

RgbImage plain(const RgbView &image, const Window &window, Filter filter) {
    if (image.height == window.scaled_height && image.width == window.scaled_width) {
        return cut_out(image, window);
    }
    return filter == Filter::bilinear ? resampled<2>(image, window, filter)
                                      : resampled<4>(image, window, filter);
}

}  // namespace onpar
