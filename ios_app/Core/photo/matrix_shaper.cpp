#include "matrix_shaper.h"

#include <algorithm>
#include <cmath>

#include "fixed.h"

namespace onpar {
namespace {

/// sRGB's colorants adapted to D50: what cmsCreate_sRGBProfile of LittleCMS 2.19 computes of
/// Rec. 709's primaries and D65.
constexpr Matrix srgb = {{
    {0.43604125161605084, 0.3851129107981557, 0.14304583758579362},
    {0.22248454022947742, 0.7169050786084579, 0.060610381162065304},
    {0.013920187471375375, 0.09706723869712407, 0.713912573831501},
}};

/// 1 in 1.14 fixed point.
constexpr int one = 16384;

using Levels = std::array<uint8_t, one + 1>;

/// sRGB's curve (IEC 61966-2-1) inverted, from 1.14 to levels.
Levels levels_after() {
    const double gamma = 2.4;
    const double a = 1 / 1.055;
    const double b = 0.055 / 1.055;
    const double slope = 1 / 12.92;
    const double knee = std::pow(a * 0.04045 + b, gamma);
    Levels levels;
    for (int i = 0; i <= one; i++) {
        const double x = static_cast<float>(i / 16384.0);
        const double y = x >= knee ? (std::pow(x, 1.0 / gamma) - b) / a : x / slope;
        const float clipped = std::max(0.0f, std::min(static_cast<float>(y), 1.0f));
        levels[i] = to_level(to_word(clipped * 65535.0));
    }
    return levels;
}

/// By the adjugate.
Matrix inverse(const Matrix &m) {
    Matrix adjugate{};
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            const int r = (j + 1) % 3;
            const int s = (j + 2) % 3;
            const int c = (i + 1) % 3;
            const int d = (i + 2) % 3;
            adjugate[i][j] = m[r][c] * m[s][d] - m[r][d] * m[s][c];
        }
    }
    const double determinant =
        m[0][0] * adjugate[0][0] + m[0][1] * adjugate[1][0] + m[0][2] * adjugate[2][0];
    for (auto &row : adjugate) {
        for (double &value : row) {
            value /= determinant;
        }
    }
    return adjugate;
}

/// Rounded to f32, as LittleCMS's floating-point curves are.
double rounded(double value) {
    constexpr double most = 3e38;
    return static_cast<float>(std::isnan(value) ? value : std::clamp(value, -most, most));
}

}  // namespace

MatrixShaper::MatrixShaper(const IccProfile &profile) {
    constexpr const char *curves[] = {"rTRC", "gTRC", "bTRC"};
    const Matrix to_xyz = profile.colorants();
    const Matrix from_xyz = inverse(srgb);
    for (int i = 0; i < 3; i++) {
        const ToneCurve curve = profile.curve(curves[i]);
        for (int level = 0; level < 256; level++) {
            const float x = static_cast<float>(level / 255.0);
            before_[i][level] = to_fourteen(rounded(curve.at(x)));
        }
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                sum += from_xyz[i][k] * to_xyz[k][j];
            }
            matrix_[i][j] = to_fourteen(sum);
        }
    }
}

RgbImage MatrixShaper::apply(const RgbImage &image) const {
    static const Levels after = levels_after();
    const std::vector<uint8_t> &in = image.pixels;
    std::vector<uint8_t> out(in.size());
    for (std::size_t at = 0; at < in.size(); at += 3) {
        const int64_t red = before_[0][in[at]];
        const int64_t green = before_[1][in[at + 1]];
        const int64_t blue = before_[2][in[at + 2]];
        for (std::size_t i = 0; i < 3; i++) {
            const auto &row = matrix_[i];
            const int64_t sum = row[0] * red + row[1] * green + row[2] * blue + 0x2000;
            out[at + i] = after[std::clamp<int64_t>(sum / one, 0, one)];
        }
    }
    return RgbImage(image.height, image.width, std::move(out));
}

}  // namespace onpar
