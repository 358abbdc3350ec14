#pragma once

#include "quantization.h"
#include "step.h"
#include "step_json.h"

namespace onpar {

/// f32 as int8 or uint8 of the same shape: x / scale, rounded with halves to even, plus the zero
/// point, and what lies beyond the type's integers the nearest of them: ONNX's QuantizeLinear. NaN
/// is the zero point.
Tensor quantized(const Tensor &floats, const Quantization &by, Dtype dtype);

/// `quantize`: f32 as int8 or uint8 of the same shape.
struct Quantize : Step {
    Quantization by;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;
};

}  // namespace onpar
