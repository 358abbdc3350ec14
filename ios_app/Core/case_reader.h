#pragma once

#include <string>
#include <vector>

#include "chain.h"
#include "json_value.h"

namespace onpar {

/// A source of a case.
struct CaseSource {
    std::string name;

    /// The file's name; empty for an array that is not a file.
    std::string file;

    /// SHA-256 of the file, or of the array, in hexadecimal.
    std::string sha256;
};

/// What the model's author wants to see run, such as one photo.
struct Case {
    std::string name;

    /// As many as the chain takes, in its order.
    std::vector<CaseSource> sources;
};

/// Read and validate the sidecar's `cases`, whose chain takes these `sources`. Throws InputError.
std::vector<Case> read_cases(const JsonValue &list, const std::vector<Source> &sources);

}  // namespace onpar
