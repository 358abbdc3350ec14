#pragma once

#include <cstdint>
#include <vector>

#include "rgb_view.h"

namespace onpar {

/// The channels that a model takes, in its order. Gray is made of all three.
enum class Channels { rgb, bgr, gray };

/// How many they are.
int count_of(Channels channels);

/// u8 [h, w, 3] RGB as u8 [h, w, C]. Gray is (19595·R + 38470·G + 7471·B + 32768) / 65536, rounded
/// down: Pillow's `convert("L")`, bit for bit, as parity/image/channels.py.
std::vector<uint8_t> in_channels(const RgbView &image, Channels channels);

}  // namespace onpar
