#pragma once

#include <array>
#include <map>
#include <string>

#include "byte_view.h"
#include "tone_curve.h"

namespace onpar {

/// X, Y and Z in rows; R, G and B in columns.
using Matrix = std::array<std::array<double, 3>, 3>;

/// An ICC profile's header and tags (ICC.1:2022, 7.2 and 7.3), every bound checked.
class IccProfile {
public:
    /// Of these bytes, which must outlive it. Throws std::runtime_error if it is not a profile.
    explicit IccProfile(ByteView profile);

    /// The colours that it is for: `RGB `, `GRAY`, ...
    const std::string &space() const { return space_; }

    /// Whether three curves and a matrix say it all, as in the profiles that photos have.
    bool is_matrix() const;

    /// The colorants of such a profile. Throws std::runtime_error where they are not whole.
    Matrix colorants() const;

    /// The curve of `rTRC`, `gTRC` or `bTRC`. Throws std::runtime_error where it is not whole.
    ToneCurve curve(const std::string &name) const;

private:
    std::string space_;
    std::string connection_;
    std::map<std::string, ByteView> tags_;
};

/// s15Fixed16Number (ICC.1:2022, 4.6).
double s15_fixed16(ByteView bytes, std::size_t at);

}  // namespace onpar
