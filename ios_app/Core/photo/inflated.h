#pragma once

#include <cstddef>
#include <vector>

#include "byte_view.h"

struct z_stream_s;

namespace onpar {

/// A zlib stream (RFC 1950) in pieces, which must outlive it, read bit by bit.
class Inflater {
public:
    explicit Inflater(std::vector<ByteView> pieces);
    ~Inflater();
    Inflater(const Inflater &) = delete;
    Inflater &operator=(const Inflater &) = delete;

    /// Up to `size` of the next bytes, and how many they are: fewer where the stream ends, is cut
    /// off, or is damaged.
    std::size_t read(uint8_t *out, std::size_t size);

    /// Whether the stream has come to its own end, and its checksum was right.
    bool finished() const { return finished_; }

    /// Whether the rest is not a zlib stream, or its checksum is wrong.
    bool damaged() const { return damaged_; }

private:
    std::vector<ByteView> pieces_;
    std::size_t next_ = 0;
    z_stream_s *stream_;
    bool finished_ = false;
    bool damaged_ = false;
};

/// What a zlib stream holds; empty where it is damaged, cut off, or above `most` bytes.
Bytes inflated(ByteView deflated, std::size_t most);

}  // namespace onpar
