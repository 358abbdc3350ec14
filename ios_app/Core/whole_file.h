#pragma once

#include <filesystem>
#include <vector>

#include "digest.h"

namespace onpar {

/// Write these bytes, one piece after another, whole or not at all: temporary file in the same
/// folder, fsync, rename. Throws InputError where it cannot be written; what was there before is
/// still there.
void write_whole(const std::filesystem::path &path, const std::vector<Piece> &pieces);

}  // namespace onpar
