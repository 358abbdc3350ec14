#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "byte_view.h"

namespace onpar {

/// One segment of a JPEG: its marker's second byte, and where its length and its end are.
struct JpegSegment {
    int marker;
    std::size_t start;
    std::size_t end;

    /// Of the coded pixels behind it, else the same as its own end.
    std::size_t end_of_scan;
};

/// The segments of a JPEG (ITU-T T.81, annex B), up to the end of its first image.
/// Throws InputError where the file ends before its image does.
std::vector<JpegSegment> jpeg_segments(ByteView file, const std::string &name);

}  // namespace onpar
