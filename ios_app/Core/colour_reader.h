#pragma once

#include <array>
#include <cstdint>

#include "json_value.h"

namespace onpar {

/// A colour: R, G, B of 0 to 255. Throws InputError.
std::array<uint8_t, 3> read_colour(const JsonValue &list);

}  // namespace onpar
