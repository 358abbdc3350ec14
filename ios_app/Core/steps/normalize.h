#pragma once

#include <array>

#include "../rgb_view.h"
#include "step.h"
#include "step_json.h"

namespace onpar {

/// Mean and standard deviation of R, G and B, in units of 0–1 intensities.
struct Normalization {
    std::array<double, 3> mean;
    std::array<double, 3> std;
};

/// u8 [h, w, 3] to f32 [1, 3, h, w]: (level / 255 - mean) / std, each operation rounded to f32,
/// equal to the bit to torchvision's ToTensor and Normalize.
Tensor normalise(const RgbView &image, const Normalization &by);

/// `normalize`: pixels u8 [h, w, 3] as the model's input f32 [1, 3, h, w].
struct Normalize : Step {
    Normalization by;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;
};

}  // namespace onpar
