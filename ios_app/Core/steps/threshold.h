#pragma once

#include "class_map_step.h"

namespace onpar {

/// `threshold`: the mask u8 [h, w] of scores f32 [1, 1, h, w] or [1, h, w, 1]: 1 where the score is
/// above `above`, else 0.
struct Threshold : ClassMapStep {
    float above = 0;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;

    /// Scores at, just below and just above the threshold, and far from it.
    std::vector<std::vector<Tensor>> probes() const override;
};

}  // namespace onpar
