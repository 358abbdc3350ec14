#include "resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace onpar {
namespace {

/// Fraction bits of a weight: PRECISION_BITS in Pillow's src/libImaging/Resample.c.
constexpr int weight_bits = 22;
constexpr int32_t half = int32_t{1} << (weight_bits - 1);

/// Of one pass: for each output its first source index and its fixed-point weights.
struct Filter {
    bool identity;
    std::vector<int> first;
    std::vector<int> taps;
    std::vector<std::size_t> offset;
    std::vector<int32_t> weights;

    /// The outputs from start on, count of them, of length pixels scaled to size.
    Filter(int length, int size, int start, int count)
        : identity(length == size), first(count), taps(count, 1), offset(count) {
        if (identity) {
            for (int i = 0; i < count; i++) {
                first[i] = start + i;
            }
            return;
        }
        double scale = static_cast<double>(length) / size;
        double support = std::max(scale, 1.0);
        for (int i = 0; i < count; i++) {
            double centre = (start + i + 0.5) * scale;
            first[i] = std::max(static_cast<int>(centre - support + 0.5), 0);
            taps[i] = std::min(static_cast<int>(centre + support + 0.5), length) - first[i];
            offset[i] = weights.size();
            weigh(i, centre, support);
        }
    }

private:
    void weigh(int i, double centre, double support) {
        std::vector<double> triangle(taps[i]);
        double total = 0;
        for (int tap = 0; tap < taps[i]; tap++) {
            double distance = std::abs((first[i] + tap - centre + 0.5) * (1.0 / support));
            triangle[tap] = distance < 1.0 ? 1.0 - distance : 0.0;
            total += triangle[tap];
        }
        for (double share : triangle) {
            weights.push_back(static_cast<int32_t>(share / total * (1 << weight_bits) + 0.5));
        }
    }
};

/// Weights are not negative, so a sum is neither; it may pass 255 by their rounding.
uint8_t level(int32_t sum) {
    return static_cast<uint8_t>(std::min(sum >> weight_bits, 255));
}

void horizontal(const uint8_t *in, const Filter &filter, uint8_t *out) {
    for (std::size_t x = 0; x < filter.first.size(); x++) {
        int32_t red = half;
        int32_t green = half;
        int32_t blue = half;
        const uint8_t *pixel = in + std::size_t{3} * filter.first[x];
        const int32_t *weight = filter.weights.data() + filter.offset[x];
        for (int tap = 0; tap < filter.taps[x]; tap++, pixel += 3) {
            red += weight[tap] * pixel[0];
            green += weight[tap] * pixel[1];
            blue += weight[tap] * pixel[2];
        }
        *out++ = level(red);
        *out++ = level(green);
        *out++ = level(blue);
    }
}

/// One row of the output, from the rows of u8 [.., sums.size()] that begin at `in`.
void vertical(const uint8_t *in, const int32_t *weights, int taps, std::vector<int32_t> &sums,
              uint8_t *out) {
    const std::size_t stride = sums.size();
    std::fill(sums.begin(), sums.end(), half);
    int32_t *sum = sums.data();
    for (int tap = 0; tap < taps; tap++) {
        const uint8_t *row = in + tap * stride;
        const int32_t weight = weights[tap];
        for (std::size_t x = 0; x < stride; x++) {
            sum[x] += weight * row[x];
        }
    }
    for (std::size_t x = 0; x < stride; x++) {
        out[x] = level(sum[x]);
    }
}

}  // namespace

RgbImage resize(const RgbView &image, int height, int width) {
    return resize_window(image, height, width, 0, 0, height, width);
}

RgbImage resize_window(const RgbView &image, int scaled_height, int scaled_width, int top, int left,
                       int height, int width) {
    const Filter down(image.height, scaled_height, top, height);
    const Filter across(image.width, scaled_width, left, width);
    const int first_row = down.first.front();
    const int rows = down.first.back() + down.taps.back() - first_row;
    const std::size_t stride = std::size_t{3} * width;
    std::vector<uint8_t> between(rows * stride);
    for (int y = 0; y < rows; y++) {
        const uint8_t *from = image.pixels + std::size_t{3} * image.width * (first_row + y);
        if (across.identity) {
            std::memcpy(&between[y * stride], from + std::size_t{3} * left, stride);
        } else {
            horizontal(from, across, &between[y * stride]);
        }
    }
    if (down.identity) {
        return RgbImage(height, width, std::move(between));
    }
    std::vector<uint8_t> out(height * stride);
    std::vector<int32_t> sums(stride);
    for (int y = 0; y < height; y++) {
        vertical(&between[(down.first[y] - first_row) * stride], &down.weights[down.offset[y]],
                 down.taps[y], sums, &out[y * stride]);
    }
    return RgbImage(height, width, std::move(out));
}

}  // namespace onpar
