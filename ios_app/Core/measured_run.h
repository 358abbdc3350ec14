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

/// Of the runs that differ from the last one each different one, that with the largest absolute
/// difference from it first. A run that gave NaN is the furthest of all.
std::vector<const MeasuredRun *> others(const std::vector<MeasuredRun> &runs);

}  // namespace onpar
