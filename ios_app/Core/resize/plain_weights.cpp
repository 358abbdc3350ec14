#include "plain_weights.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace onpar {
namespace {

/// Halves to even.
int32_t fixed(float weight) {
    return static_cast<int32_t>(std::rint(weight * (1 << PlainWeights::bits)));
}

/// Of the pixels on both sides of a place `x` behind the first of them.
std::array<float, 2> bilinear(float x) {
    return {1.f - x, x};
}

/// Of the two pixels on each side of a place `x` behind the second of them: interpolateCubic of
/// OpenCV's resize.cpp, Keys's kernel with a = -0.75.
std::array<float, 4> bicubic(float x) {
    constexpr float a = -0.75f;
    const float first = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a;
    const float second = ((a + 2) * x - (a + 3)) * x * x + 1;
    const float third = ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1;
    return {first, second, third, 1.f - first - second - third};
}

/// Append one output: `shares` of the pixels from `first` on.
template <std::size_t taps>
void append(int first, const std::array<float, taps> &shares, int length, PlainWeights &made) {
    for (std::size_t tap = 0; tap < taps; tap++) {
        made.sources.push_back(std::clamp(first + static_cast<int>(tap), 0, length - 1));
        made.weights.push_back(fixed(shares[tap]));
    }
}

}  // namespace

PlainWeights plain_weights(int length, int size, int start, int count, Filter filter, Axis axis) {
    PlainWeights made{filter == Filter::bilinear ? 2 : 4, {}, {}};
    // OpenCV divides twice, which is not always length / size to the bit.
    const double scale = 1.0 / (static_cast<double>(size) / static_cast<double>(length));
    for (int i = 0; i < count; i++) {
        const float place = static_cast<float>((start + i + 0.5) * scale - 0.5);
        const int before = static_cast<int>(std::floor(place));
        const float x = place - static_cast<float>(before);
        if (filter == Filter::bicubic) {
            append(before - 1, bicubic(x), length, made);
        } else if (axis == Axis::columns && (before < 0 || before >= length - 1)) {
            append(before, bilinear(0), length, made);
        } else {
            append(before, bilinear(x), length, made);
        }
    }
    return made;
}

}  // namespace onpar
