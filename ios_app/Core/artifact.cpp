#include "artifact.h"

#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <system_error>

#include "digest.h"
#include "input_error.h"
#include "limits.h"

namespace onpar {
namespace {

namespace fs = std::filesystem;

InputError unreadable(const fs::path &path, const std::string &why, const std::string &expected) {
    return InputError(path.string() + ": cannot be read (" + why + "), expected " + expected);
}

std::string reason(int error) {
    return error == ENOENT ? "no such file" : std::generic_category().message(error);
}

}  // namespace

std::vector<uint8_t> read_file(const fs::path &path, const std::string &expected, uint64_t limit) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
        throw InputError(path.string() + ": is a folder, expected " + expected);
    }
    // A pipe has no size, and might never end.
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        throw InputError(path.string() + ": is not a file, expected " + expected);
    }
    const uint64_t size = fs::exists(status) ? fs::file_size(path, error) : 0;
    if (error) {
        throw unreadable(path, reason(error.value()), expected);
    }
    if (size > limit) {
        throw InputError(path.string() + ": has " + std::to_string(size) +
                         " bytes, above the limit of " + std::to_string(limit) + ", expected " +
                         expected);
    }
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "rb"),
                                                          std::fclose);
    if (!file) {
        throw unreadable(path, reason(errno), expected);
    }
    std::vector<uint8_t> content(size);
    if (std::fread(content.data(), 1, size, file.get()) != size) {
        throw unreadable(path, "it ends early", expected);
    }
    return content;
}

Artifact read_artifact(const fs::path &path) {
    const std::string expected = "a model file; give an exported one";
    if (!fs::is_directory(path)) {
        std::vector<uint8_t> content = read_file(path, expected, limits::max_model_bytes);
        std::string digest = sha256(content);
        return {std::move(content), false, std::move(digest)};
    }
    std::map<std::string, std::string> digests;
    for (const fs::directory_entry &entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) {
            digests[entry.path().lexically_relative(path).generic_string()] =
                sha256(read_file(entry.path(), expected, limits::max_model_bytes));
        }
    }
    std::string lines;
    for (const auto &[name, digest] : digests) {
        lines += digest + "  " + name + "\n";
    }
    return {{}, true, sha256(std::vector<Piece>{{lines.data(), lines.size()}})};
}

}  // namespace onpar
