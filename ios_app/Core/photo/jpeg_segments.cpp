#include "jpeg_segments.h"

namespace onpar {
namespace {

constexpr int soi = 0xd8;
constexpr int eoi = 0xd9;
constexpr int sos = 0xda;
constexpr int first_restart = 0xd0;

InputError ends_early(const std::string &name) {
    return broken_photo(name, "it ends before its end-of-image marker");
}

/// The place behind a marker, which may be filled up with any number of 0xff in front.
std::size_t after_marker(ByteView file, std::size_t at, const std::string &name) {
    if (file.size() - at < 2) {
        throw ends_early(name);
    }
    if (file[at] != 0xff) {
        throw broken_photo(name, "a segment does not begin at byte " + std::to_string(at));
    }
    std::size_t next = at + 1;
    while (next < file.size() && file[next] == 0xff) {
        next++;
    }
    if (next == file.size()) {
        throw ends_early(name);
    }
    return next + 1;
}

std::size_t length(ByteView file, std::size_t at, const std::string &name) {
    const std::size_t rest = file.size() - at;
    if (rest < 2 || file.u16(at) < 2 || file.u16(at) > rest) {
        throw broken_photo(name, "it ends in the middle of a segment");
    }
    return file.u16(at);
}

/// Where the next marker begins that is neither a stuffed 0xff nor a restart.
std::size_t end_of_scan(ByteView file, std::size_t from, const std::string &name) {
    for (std::size_t at = from; at + 1 < file.size(); at++) {
        if (file.data()[at] == 0xff) {
            const int next = file[at + 1];
            if (next != 0 && next != 0xff && !(next >= first_restart && next < soi)) {
                return at;
            }
        }
    }
    throw ends_early(name);
}

}  // namespace

std::vector<JpegSegment> jpeg_segments(ByteView file, const std::string &name) {
    std::vector<JpegSegment> segments;
    std::size_t at = file.piece(0, 2).size();
    while (true) {
        at = after_marker(file, at, name);
        const int marker = file[at - 1];
        if (marker == eoi) {
            return segments;
        }
        // Those without a length: a restart, TEM, or another SOI.
        if ((marker >= first_restart && marker <= soi) || marker == 1) {
            continue;
        }
        const std::size_t end = at + length(file, at, name);
        const std::size_t scan = marker == sos ? end_of_scan(file, end, name) : end;
        segments.push_back({marker, at, end, scan});
        at = scan;
    }
}

}  // namespace onpar
