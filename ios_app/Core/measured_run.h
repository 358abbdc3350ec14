#pragma once

#include <string>
#include <vector>

#include "runner.h"
#include "tensor.h"

namespace onpar {

/// What one run gave, its digest, and how long it took.
struct MeasuredRun {
    Tensors outputs;
    std::string sha256;
    double milliseconds;
};

/// Run once, by the clock. Throws what the runner throws.
MeasuredRun measure(Runner &runner, const Tensors &inputs);

/// Of the runs that differ from the last one, the one with the largest absolute difference from it;
/// null where all are equal. A run that gave NaN is the furthest of all.
const MeasuredRun *furthest(const std::vector<MeasuredRun> &runs);

}  // namespace onpar
