#pragma once

#include <string>

#include "photo.h"

namespace onpar {

/// A JPEG's first image: what its segments say of the pixels, and the file without the rest.
/// `name` is the file's, for errors. Throws InputError.
PhotoFile parse_jpeg(const Bytes &file, const std::string &name);

}  // namespace onpar
