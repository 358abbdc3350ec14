#pragma once

#include "../json_value.h"
#include "../tensor.h"

namespace onpar {

/// The integers that stand for floats: a float is (integer − zero_point) × scale.
struct Quantization {
    float scale = 1;

    /// One of the type's integers.
    int zero_point = 0;
};

/// Whether integers of this type stand for floats.
bool is_quantized(Dtype dtype);

/// Read `scale` and `zero_point`, of integers of this type; null for one that is not known, whose
/// zero point any of them has. Throws InputError.
Quantization read_quantization(const JsonValue &step, const DtypeNames *dtype);

}  // namespace onpar
