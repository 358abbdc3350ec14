#include "fixed.h"

#include <cmath>

namespace onpar {

int32_t to_fourteen(double value) {
    constexpr double most = 1 << 30;
    const double rounded = std::floor(value * 16384.0 + 0.5);
    if (std::isnan(rounded)) {
        return 0;
    }
    return static_cast<int32_t>(std::fmax(-most, std::fmin(rounded, most)));
}

uint16_t to_word(double value) {
    const double up = value + 0.5;
    // Nor is it above 0 if it is not a number.
    if (!(up > 0)) {
        return 0;
    }
    // Its floor is taken of 16 fraction bits.
    return up >= 65535.0 ? 65535 : static_cast<uint16_t>(std::floor(std::rint(up * 65536) / 65536));
}

uint8_t to_level(uint16_t word) {
    return static_cast<uint8_t>((word * uint32_t{65281} + 8388608) >> 24);
}

}  // namespace onpar
