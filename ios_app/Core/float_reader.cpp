#include "float_reader.h"

#include <cmath>

#include "limits.h"

namespace onpar {

float read_float(const JsonValue &value) {
    if (std::abs(value.number()) > limits::max_float32) {
        throw value.wrong("a number that float32 holds");
    }
    return static_cast<float>(value.number());
}

}  // namespace onpar
