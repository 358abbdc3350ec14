#include "whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>

#include "input_error.h"

namespace onpar {
namespace {

namespace fs = std::filesystem;

InputError unwritable(const fs::path &path, const std::error_code &error) {
    return InputError(path.string() + ": cannot be written (" + error.message() +
                      "); free space there, or choose another place");
}

[[noreturn]] void fail(const fs::path &path) {
    throw unwritable(path, std::error_code(errno, std::generic_category()));
}

/// A file that is gone at the end, unless it was renamed.
class Temporary {
public:
    explicit Temporary(const fs::path &target) {
        // No reader of onpar takes a file with this prefix (parity/files/atomic.py).
        std::random_device random;
        path = target.parent_path() /
               (".onpar-" + std::to_string(random()) + "-" + target.filename().string());
        // Not mkstemp: its file would be its owner's alone to read.
        file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (file < 0) {
            fail(target);
        }
    }

    ~Temporary() {
        if (file >= 0) {
            close(file);
        }
        unlink(path.c_str());
    }

    Temporary(const Temporary &) = delete;
    Temporary &operator=(const Temporary &) = delete;

    fs::path path;
    int file;
};

void write_all(int file, const Piece &piece, const fs::path &path) {
    // Some systems take at most 2 GiB at once.
    constexpr std::size_t most = std::size_t{1} << 30;
    const char *bytes = static_cast<const char *>(piece.data);
    for (std::size_t at = 0; at < piece.size;) {
        const ssize_t count = write(file, bytes + at, std::min(piece.size - at, most));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail(path);
        }
        at += count;
    }
}

}  // namespace

void write_whole(const fs::path &path, const std::vector<Piece> &pieces) {
    const fs::path target = fs::absolute(path);
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    if (error) {
        throw unwritable(target, error);
    }
    Temporary temporary(target);
    for (const Piece &piece : pieces) {
        write_all(temporary.file, piece, target);
    }
    if (fsync(temporary.file) != 0) {
        fail(target);
    }
    const int file = temporary.file;
    temporary.file = -1;
    // A full disk may be reported only here.
    if (close(file) != 0 || rename(temporary.path.c_str(), target.c_str()) != 0) {
        fail(target);
    }
}

}  // namespace onpar
