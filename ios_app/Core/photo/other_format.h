#pragma once

#include <string>

#include "photo.h"

namespace onpar {

/// The name of what people hand over instead of a JPEG or PNG, or how it begins; only used to
/// name it in an error.
std::string other_format(const Bytes &file);

}  // namespace onpar
