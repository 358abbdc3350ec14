#pragma once

#include "step.h"
#include "step_json.h"

namespace onpar {

/// 1 / (1 + exp(−x)) of f32, in doubles, rounded once to f32.
Tensor sigmoid(const Tensor &logits);

/// `sigmoid`: logits f32 as probabilities f32 of the same shape.
struct Sigmoid : Step {
    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;

    /// Logits of which an exponential overflows, in doubles too.
    std::vector<std::vector<Tensor>> probes() const override;
};

}  // namespace onpar
