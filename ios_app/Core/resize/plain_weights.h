#pragma once

#include <cstdint>
#include <vector>

#include "filter.h"

namespace onpar {

/// The axis that a pass goes along.
enum class Axis { columns, rows };

/// Of one pass of OpenCV's resize: for each output `taps` source indices, and as many weights.
struct PlainWeights {
    /// Fraction bits of a weight: INTER_RESIZE_COEF_BITS in OpenCV's imgproc/src/resize.cpp.
    static constexpr int bits = 11;

    int taps;
    std::vector<int> sources;
    std::vector<int32_t> weights;
};

/// Of `count` outputs from `start` on, where `length` pixels are scaled to `size`.
///
/// Beyond the image are the pixels of its edge. Bilinear columns there are the edge's alone;
/// bilinear rows keep both weights, whose products are rounded apart.
PlainWeights plain_weights(int length, int size, int start, int count, Filter filter, Axis axis);

}  // namespace onpar
