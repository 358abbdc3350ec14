#pragma once

#include <cstdint>

namespace onpar {

/// LittleCMS's fixed-point numbers.

/// To 1.14 (DOUBLE_TO_1FIXED14 of cmsopt.c), held within ±2^30; 0 for NaN.
int32_t to_fourteen(double value);

/// To the nearest of 0 to 65535 (_cmsQuickSaturateWord of lcms2_internal.h).
uint16_t to_word(double value);

/// A word's nearest byte (FROM_16_TO_8).
uint8_t to_level(uint16_t word);

}  // namespace onpar
