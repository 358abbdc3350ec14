#pragma once

#include <string>

#include "photo.h"

namespace onpar {

/// What people hand over instead of a JPEG or PNG, in words, or how it begins; only ever used to
/// name it in an error.
std::string other_format(const Bytes &file);

}  // namespace onpar
