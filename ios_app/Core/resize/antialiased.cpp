#include "antialiased.h"

#include <algorithm>
#include <cstring>

#include "antialiased_weights.h"

namespace onpar {
namespace {

constexpr int weight_bits = AntialiasedWeights::bits;
constexpr int32_t half = int32_t{1} << (weight_bits - 1);

/// A sum may pass 255 by its weights' rounding, and 0 only where some of them are negative.
template <Filter filter>
uint8_t level(int32_t sum) {
    const int32_t whole = std::min(sum >> weight_bits, 255);
    return static_cast<uint8_t>(filter == Filter::bicubic ? std::max(whole, 0) : whole);
}

template <Filter filter>
void horizontal(const uint8_t *in, const AntialiasedWeights &across, uint8_t *out) {
    for (std::size_t x = 0; x < across.first.size(); x++) {
        int32_t red = half;
        int32_t green = half;
        int32_t blue = half;
        const uint8_t *pixel = in + std::size_t{3} * across.first[x];
        const int32_t *weight = across.weights.data() + across.offset[x];
        for (int tap = 0; tap < across.taps[x]; tap++, pixel += 3) {
            red += weight[tap] * pixel[0];
            green += weight[tap] * pixel[1];
            blue += weight[tap] * pixel[2];
        }
        *out++ = level<filter>(red);
        *out++ = level<filter>(green);
        *out++ = level<filter>(blue);
    }
}

/// One row of the output, from the rows of u8 [.., sums.size()] that begin at `in`.
template <Filter filter>
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
        out[x] = level<filter>(sum[x]);
    }
}

template <Filter filter>
RgbImage resampled(const RgbView &image, const Window &window) {
    const auto [scaled_height, scaled_width, top, left, height, width] = window;
    const AntialiasedWeights down =
        antialiased_weights(image.height, scaled_height, top, height, filter);
    const AntialiasedWeights across =
        antialiased_weights(image.width, scaled_width, left, width, filter);
    const int first_row = down.first.front();
    const int rows = down.first.back() + down.taps.back() - first_row;
    const std::size_t stride = std::size_t{3} * width;
    std::vector<uint8_t> between(rows * stride);
    for (int y = 0; y < rows; y++) {
        const uint8_t *from = image.pixels + std::size_t{3} * image.width * (first_row + y);
        if (across.identity) {
            std::memcpy(&between[y * stride], from + std::size_t{3} * left, stride);
        } else {
            horizontal<filter>(from, across, &between[y * stride]);
        }
    }
    if (down.identity) {
        return RgbImage(height, width, std::move(between));
    }
    std::vector<uint8_t> out(height * stride);
    std::vector<int32_t> sums(stride);
    for (int y = 0; y < height; y++) {
        vertical<filter>(&between[(down.first[y] - first_row) * stride],
                         &down.weights[down.offset[y]], down.taps[y], sums, &out[y * stride]);
    }
    return RgbImage(height, width, std::move(out));
}

}  // namespace

RgbImage antialiased(const RgbView &image, const Window &window, Filter filter) {
    return filter == Filter::bilinear ? resampled<Filter::bilinear>(image, window)
                                      : resampled<Filter::bicubic>(image, window);
}

}  // namespace onpar
