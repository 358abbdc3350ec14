#pragma once

#include "json_value.h"

namespace onpar {

/// Read a number that float32 holds, rounded to it. Throws InputError.
float read_float(const JsonValue &value);

}  // namespace onpar
