#pragma once

#include "step.h"
#include "step_json.h"

namespace onpar {

/// exp(x − max) / Σ exp(x − max) along an axis of f32, in doubles, rounded once to f32.
Tensor soft_max(const Tensor &scores, std::size_t axis);

/// `softmax`: scores f32 as probabilities f32 of the same shape, along an axis.
struct Softmax : Step {
    std::size_t axis = 0;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;

    /// Along the axis scores of which an exponential overflows, and scores of which all
    /// exponentials are 0; every other axis has one item.
    std::vector<std::vector<Tensor>> probes() const override;
};

}  // namespace onpar
