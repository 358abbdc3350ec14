#pragma once

#include "step.h"
#include "step_json.h"

namespace onpar {

/// `top-k`: the k largest of scores f32 [1, C], the largest first, of equal scores the lower class:
/// their classes i32 [k], and their values f32 [k].
struct TopK : Step {
    std::size_t k = 1;

    /// Of each class.
    std::vector<std::string> labels;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;

    /// Negative scores: those of the first rise with the class, each by one bit, up to −1; those
    /// of the second are −1, −2, −3, −1, −2, … and −1 for the last class.
    std::vector<std::vector<Tensor>> probes() const override;
};

}  // namespace onpar
