#pragma once

#include "../layout.h"
#include "step.h"
#include "step_json.h"

namespace onpar {

/// `to-image`: the picture u8 [h, w, 3] of f32 [1, C, h, w] or [1, h, w, C]. C is 3, or 1: gray. A
/// level is x × scale + offset, each operation rounded to f32, then rounded down to 0 to 255; of
/// NaN it is 0.
struct ToImage : Step {
    float scale = 1;
    float offset = 0;
    Layout layout = Layout::nchw;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;
};

}  // namespace onpar
