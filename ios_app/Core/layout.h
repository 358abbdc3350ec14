#pragma once

#include "json_value.h"

namespace onpar {

/// The order of the axes of a batch of images.
enum class Layout { nchw, nhwc };

/// Read `NCHW` or `NHWC`. Throws InputError.
Layout read_layout(const JsonValue &value);

}  // namespace onpar
