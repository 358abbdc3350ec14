#pragma once

#include "class_map_step.h"

namespace onpar {

/// Class map u8 [h, w] of scores f32 [1, C, h, w], C ≤ 256; a tie goes to the lowest class.
///
/// As parity/contract/classmap.py: NaN never wins, and no later class wins over it. Throws
/// std::invalid_argument for other shapes.
Tensor arg_max(const Tensor &scores);

/// Made-up scores f32 [1, C, C, 4] whose class map has only class i in row i, for what photos may
/// not show; parity/contract/classmap.py specifies them.
Tensor probe_scores(int64_t classes);

/// `argmax`: the class map u8 [h, w] of scores f32 [1, C, h, w].
struct Argmax : ClassMapStep {
    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;
    std::vector<std::vector<Tensor>> probes() const override;
};

}  // namespace onpar
