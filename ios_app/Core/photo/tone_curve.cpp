#include "tone_curve.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "fixed.h"
#include "icc_profile.h"

namespace onpar {
namespace {

using Function = std::function<double(double)>;
using Parameters = std::array<double, 7>;

std::runtime_error not_whole() {
    return std::runtime_error("a tone curve is not whole");
}

/// A power of what is not negative.
double power(double x, double exponent) {
    return x > 0 ? std::pow(x, exponent) : 0;
}

/// In 16 bits, as LinLerp1D of cmsintrp.c; the table has two entries or more.
uint16_t interpolated(const std::vector<uint16_t> &table, uint16_t x) {
    const uint64_t last = table.size() - 1;
    if (x == 0xffff) {
        return table[last];
    }
    uint64_t scaled = last * x;
    scaled += (scaled + 0x7fff) / 0xffff;
    const uint64_t cell = std::min(scaled >> 16, last - 1);
    const int64_t rest = static_cast<int64_t>(scaled & 0xffff);
    const int64_t step = int64_t{table[cell + 1]} - table[cell];
    // The division by 65536 rounds down, also where the curve falls: 2^32 keeps it positive, and is
    // cut off with what is above 16 bits.
    const int64_t part = (step * rest + 0x8000 + (int64_t{1} << 32)) >> 16;
    return static_cast<uint16_t>((part + table[cell]) & 0xffff);
}

Function sampled(ByteView tag) {
    const uint64_t count = tag.u32(8);
    if (count > (tag.size() - 12) / 2) {
        throw not_whole();
    }
    if (count < 2) {
        // None is the identity, one is a gamma as u8Fixed8Number.
        const double gamma = count == 0 ? 1.0 : tag.u16(12) / 256.0;
        return [gamma](double x) { return power(x, gamma); };
    }
    std::vector<uint16_t> table(count);
    for (std::size_t i = 0; i < count; i++) {
        table[i] = tag.u16(12 + 2 * i);
    }
    return [table](double x) { return interpolated(table, to_word(x * 65535.0)) / 65535.0; };
}

Function parametric(int function, const Parameters &p) {
    switch (function) {
        case 0:
            return [p](double x) { return power(x, p[0]); };
        case 1:
            return [p](double x) { return x >= -p[2] / p[1] ? power(p[1] * x + p[2], p[0]) : 0; };
        case 2:
            return [p](double x) {
                return x >= -p[2] / p[1] ? power(p[1] * x + p[2], p[0]) + p[3] : p[3];
            };
        case 3:
            return [p](double x) { return x >= p[4] ? power(p[1] * x + p[2], p[0]) : x * p[3]; };
        default:
            return [p](double x) {
                return x >= p[4] ? power(p[1] * x + p[2], p[0]) + p[5] : x * p[3] + p[6];
            };
    }
}

Function parametric(ByteView tag) {
    constexpr std::size_t counts[] = {1, 3, 4, 5, 7};
    const int function = tag.u16(8);
    if (function > 4 || 12 + 4 * counts[function] > tag.size()) {
        throw not_whole();
    }
    Parameters p{};
    for (std::size_t i = 0; i < counts[function]; i++) {
        p[i] = s15_fixed16(tag, 12 + 4 * i);
    }
    // A slope of 0 has no threshold; LittleCMS takes such a curve for 0 everywhere.
    if ((function == 1 || function == 2) && std::fabs(p[1]) < 0.0001) {
        return [](double) { return 0.0; };
    }
    return parametric(function, p);
}

}  // namespace

ToneCurve::ToneCurve(Function function) : function_(std::move(function)) {}

double ToneCurve::at(float x) const {
    return function_(x);
}

ToneCurve ToneCurve::parse(ByteView tag) {
    if (tag.size() < 12) {
        throw not_whole();
    }
    if (tag.has("curv")) {
        return ToneCurve(sampled(tag));
    }
    if (tag.has("para")) {
        return ToneCurve(parametric(tag));
    }
    throw std::runtime_error("a tone curve is of an unknown type");
}

}  // namespace onpar
