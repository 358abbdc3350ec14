#include "antialiased_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace onpar {
namespace {

/// bilinear_filter of Resample.c.
double bilinear(double x) {
    x = std::abs(x);
    return x < 1.0 ? 1.0 - x : 0.0;
}

/// bicubic_filter of Resample.c: Keys's kernel with a = -0.5.
double bicubic(double x) {
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1.0) {
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    }
    return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
}

/// To the nearest, halves away from 0.
int32_t fixed(double weight) {
    const double scaled = weight * (1 << AntialiasedWeights::bits);
    return static_cast<int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

/// Append the weights of one output, whose first source is `first`. `narrower` is 1 / the filter's
/// scale.
void weigh(int first, int taps, double centre, double narrower, Filter filter,
           std::vector<int32_t> &weights) {
    std::vector<double> shares(taps);
    double total = 0;
    for (int tap = 0; tap < taps; tap++) {
        const double x = (first + tap - centre + 0.5) * narrower;
        shares[tap] = filter == Filter::bilinear ? bilinear(x) : bicubic(x);
        total += shares[tap];
    }
    for (double share : shares) {
        weights.push_back(fixed(share / total));
    }
}

}  // namespace

AntialiasedWeights antialiased_weights(int length, int size, int start, int count, Filter filter) {
    AntialiasedWeights made;
    made.identity = length == size;
    made.first.resize(count);
    made.taps.assign(count, 1);
    made.offset.resize(count);
    if (made.identity) {
        std::iota(made.first.begin(), made.first.end(), start);
        return made;
    }
    const double scale = static_cast<double>(length) / size;
    const double wider = std::max(scale, 1.0);
    const double support = (filter == Filter::bilinear ? 1.0 : 2.0) * wider;
    for (int i = 0; i < count; i++) {
        const double centre = (start + i + 0.5) * scale;
        made.first[i] = std::max(static_cast<int>(centre - support + 0.5), 0);
        made.taps[i] = std::min(static_cast<int>(centre + support + 0.5), length) - made.first[i];
        made.offset[i] = made.weights.size();
        weigh(made.first[i], made.taps[i], centre, 1.0 / wider, filter, made.weights);
    }
    return made;
}

}  // namespace onpar
