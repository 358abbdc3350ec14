#pragma once

#include <string>
#include <string_view>

#include "../Core/photo/photo.h"

namespace onpar {

/// Pieces of image files, for tests.

Bytes bytes_of(std::string_view text);

/// Big-endian, of this many bytes.
Bytes number(std::size_t value, int size);

Bytes joined(std::initializer_list<Bytes> pieces);

/// A chunk of a PNG with its checksum.
Bytes png_chunk(std::string_view kind, const Bytes &content);

Bytes png_header_chunk(int width, int height, int bits, int colour, int interlacing = 0);

/// A zlib stream.
Bytes deflated(const Bytes &content);

/// A PNG of these rows, each with its filter in front; `more` stands between its header and them.
Bytes png_of(int width, int height, int bits, int colour, const Bytes &rows, const Bytes &more = {},
             int interlacing = 0);

/// A segment of a JPEG.
Bytes jpeg_segment(int marker, const Bytes &content);

/// A JPEG without coefficients, of this many channels with the ids 1, 2, ...; `more` stands in
/// front of its frame.
Bytes jpeg_of(int width, int height, int channels, const Bytes &more = {}, int bits = 8);

/// What is thrown as InputError, empty where nothing is.
template <typename Function>
std::string refusal(Function function) {
    try {
        function();
        return "";
    } catch (const InputError &error) {
        return error.what();
    }
}

}  // namespace onpar
