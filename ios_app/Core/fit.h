#pragma once

#include <array>
#include <cstdint>

#include "resize/filter.h"
#include "rgb_image.h"
#include "rgb_view.h"

namespace onpar {

/// How a photo of another shape fits: both sides scaled independently; scaled to fit inside,
/// centred on the padding; scaled to cover, the centre kept; scaled to a given shorter side, the
/// centre kept.
enum class FitMode { stretch, letterbox, crop, shorter };

/// What a photo is fitted to: sides in pixels, the padding in levels 0–255, with `shorter` the
/// length of the shorter side before the centre is cut out, and how it is resampled.
struct Fitting {
    int height;
    int width;
    FitMode mode;
    std::array<uint8_t, 3> pad;
    int shorter = 0;
    Resampling by = {};
};

/// u8 [H, W, 3] to u8 [to.height, to.width, 3] by the rounding rules of parity/image/fit.py; a
/// photo of that size stays as it is.
RgbImage fit(const RgbView &image, const Fitting &to);

}  // namespace onpar
