#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tensor.h"

namespace onpar {

/// Tensors of a chain by name, and who computed them: the file `onpar-capture/2` of
/// parity/contract/capture.py.
struct Capture {
    /// Strings of UTF-8, but for `format`, which the writer adds.
    std::map<std::string, std::string> metadata;
    Tensors tensors;
};

/// Write a capture file canonically: equal content is equal bytes, in every language.
/// Whole or not at all. Throws InputError where it cannot be written.
void write_capture(const std::filesystem::path &path, const Capture &capture);

}  // namespace onpar
