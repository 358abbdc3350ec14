#pragma once

#include <string>

#include "photo.h"

namespace onpar {

/// A PNG, chunk by chunk (PNG specification, 5.3), each with its checksum.
/// `name` is the file's, for errors. Throws InputError.
PhotoFile parse_png(const Bytes &file, const std::string &name);

}  // namespace onpar
