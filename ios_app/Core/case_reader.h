#pragma once

#include <string>
#include <vector>

#include "json_value.h"

namespace onpar {

/// One photo that the model's author wants to see run.
struct Case {
    std::string name;

    /// The image file's name; empty where the model takes no photo.
    std::string image;

    /// SHA-256 of the image file, in hexadecimal.
    std::string sha256;

    /// Digest of its inputs besides the photo; empty where there are none.
    std::string inputs_sha256;
};

/// Read and validate the sidecar's `cases`; `photo`: whether the model takes one. Throws
/// InputError.
std::vector<Case> read_cases(const JsonValue &list, bool photo);

}  // namespace onpar
