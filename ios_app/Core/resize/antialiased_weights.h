#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "filter.h"

namespace onpar {

/// Of one pass of Pillow's resize: for each output its first source index, how many sources it has,
/// and where in `weights` theirs begin.
struct AntialiasedWeights {
    /// Fraction bits of a weight: PRECISION_BITS in Pillow's src/libImaging/Resample.c.
    static constexpr int bits = 22;

    /// Whether each output is its source, and there are no weights.
    bool identity;
    std::vector<int> first;
    std::vector<int> taps;
    std::vector<std::size_t> offset;
    std::vector<int32_t> weights;
};

/// Of `count` outputs from `start` on, where `length` pixels are scaled to `size`:
/// precompute_coeffs and normalize_coeffs_8bpc of Resample.c.
AntialiasedWeights antialiased_weights(int length, int size, int start, int count, Filter filter);

}  // namespace onpar
