#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace onpar {

/// A model's bytes as they are loaded, and their digest.
struct Artifact {
    /// Empty where it is a folder, as an `.mlpackage` is: its runtime reads that itself.
    std::vector<uint8_t> content;
    bool folder;

    /// SHA-256 in hexadecimal; of a folder that of `sha256sum`'s lines: for every file `<its
    /// digest>  <its path below the folder, with />` and a newline, in the order of the paths
    /// (artifact_digest of pipeline/build_folder/keys.py).
    std::string sha256;
};

/// Read a model. Throws InputError where it cannot be read.
Artifact read_artifact(const std::filesystem::path &path);

/// Read a whole file. `expected` ends the error's sentence: what it is to be, and what to do.
/// Throws InputError where it cannot be read, or has more than `limit` bytes.
std::vector<uint8_t> read_file(const std::filesystem::path &path, const std::string &expected,
                               uint64_t limit);

}  // namespace onpar
