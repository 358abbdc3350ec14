#pragma once

#include <array>
#include <cstdint>

#include "icc_profile.h"
#include "photo.h"

namespace onpar {

/// From a profile of three curves and a matrix to sRGB in 8 bits, equal to the bit to LittleCMS.
///
/// OptimizeMatrixShaper of LittleCMS's cmsopt.c: the curves as tables, the matrix in 1.14 fixed
/// point. The same on every platform, so that a photo's colours do not depend on the platform's
/// colour management.
class MatrixShaper {
public:
    /// Throws std::runtime_error where the profile's tags are not whole.
    explicit MatrixShaper(const IccProfile &profile);

    RgbImage apply(const RgbImage &image) const;

private:
    std::array<std::array<int64_t, 256>, 3> before_;
    std::array<std::array<int64_t, 3>, 3> matrix_;
};

}  // namespace onpar
