#pragma once

#include <vector>

#include "../channels.h"
#include "../layout.h"
#include "../rgb_view.h"
#include "step.h"
#include "step_json.h"

namespace onpar {

/// What a model takes of pixels.
struct Normalization {
    /// Of each channel, in their order, in units of 0–1 intensities; none where the type is uint8.
    std::vector<double> mean;
    std::vector<double> std;

    Channels channels = Channels::rgb;
    Layout layout = Layout::nchw;

    /// uint8 are the levels as they are.
    Dtype dtype = Dtype::float32;
};

/// u8 [h, w, 3] to [1, C, h, w] or [1, h, w, C]: (level / 255 - mean) / std, each operation rounded
/// to f32, equal to the bit to torchvision's ToTensor and Normalize; or the levels.
Tensor normalise(const RgbView &image, const Normalization &by);

/// `normalize`: pixels u8 [h, w, 3] as the model's input [1, C, h, w] or [1, h, w, C].
struct Normalize : Step {
    Normalization by;

    static std::shared_ptr<const Step> read(const StepJson &json);

    std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const override;
};

}  // namespace onpar
