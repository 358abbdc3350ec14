#pragma once

#include "quantization.h"
#include "step.h"
#include "step_json.h"

namespace onpar {

/// int8 or uint8 as f32 of the same shape: (integer − zero point) × scale, rounded once. Throws
/// std::invalid_argument for another type.
Tensor dequantized(const Tensor &integers, const Quantization &by);

/// `dequantize`: int8 or uint8 as f32 of the same shape.
struct Dequantize : Step {
    Quantization by;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;
};

}  // namespace onpar
