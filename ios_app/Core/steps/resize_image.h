#pragma once

#include "../fit.h"
#include "step.h"
#include "step_json.h"

namespace onpar {

/// `resize-image`: pixels u8 [H, W, 3] fitted to u8 [height, width, 3].
struct ResizeImage : Step {
    Fitting to;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;
};

}  // namespace onpar
