#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace onpar {

/// How a photo of another shape fits: both sides scaled independently; scaled to fit inside,
/// centred on the padding; scaled to cover, the centre kept.
enum class FitMode { stretch, letterbox, crop };

/// How a decoded photo becomes the model's input (ImagePrep of parity/contract/spec.py).
///
/// Sides in pixels; mean and standard deviation in units of 0–1 intensities, R, G, B; padding in
/// levels 0–255.
struct ImagePrep {
    std::string input;
    int height;
    int width;
    std::array<double, 3> mean;
    std::array<double, 3> std;
    FitMode fit;
    std::array<uint8_t, 3> pad;
};

}  // namespace onpar
