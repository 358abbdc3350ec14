#pragma once

#include <string>
#include <vector>

#include "runner.h"
#include "sidecar.h"
#include "tensor.h"

namespace onpar {

/// What one run gave, by the names of the chain, its digest, and how long it took.
struct MeasuredRun {
    Tensors outputs;
    std::string sha256;
    double milliseconds;
};

/// Run once, by the clock. `inputs` have the names of the file. Throws what the runner throws, and
/// InputError where it returns other outputs than the sidecar says.
MeasuredRun measure(Runner &runner, const Sidecar &sidecar, const Tensors &inputs);

/// Of the runs that differ from the last one each different one, that with the largest absolute
/// difference from it first. A run that gave NaN is the furthest of all.
std::vector<const MeasuredRun *> others(const std::vector<MeasuredRun> &runs);

}  // namespace onpar
