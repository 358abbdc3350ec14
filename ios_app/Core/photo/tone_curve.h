#pragma once

#include <functional>

#include "byte_view.h"

namespace onpar {

/// A tone curve of an ICC profile, from 0–1 to 0–1, evaluated as LittleCMS does (cmsgamma.c).
class ToneCurve {
public:
    /// Of a tag of type `curv` or `para` (ICC.1:2022, 10.6 and 10.18); nothing of it is kept.
    /// Throws std::runtime_error where it is not whole.
    static ToneCurve parse(ByteView tag);

    /// The curve at x, which is within 0–1.
    double at(float x) const;

private:
    explicit ToneCurve(std::function<double(double)> function);

    std::function<double(double)> function_;
};

}  // namespace onpar
