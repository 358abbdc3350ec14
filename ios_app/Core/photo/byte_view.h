#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "photo.h"

namespace onpar {

/// Bytes that others own and must outlive it. Numbers are big-endian, as in JPEG, PNG and ICC.
///
/// Callers check bounds and refuse with their own messages; a read beyond them is a defect of the
/// caller, and throws std::out_of_range.
class ByteView {
public:
    ByteView(const uint8_t *data, std::size_t size) : data_(data), size_(size) {}
    explicit ByteView(const Bytes &bytes) : ByteView(bytes.data(), bytes.size()) {}

    const uint8_t *data() const { return data_; }
    std::size_t size() const { return size_; }
    const uint8_t *begin() const { return data_; }
    const uint8_t *end() const { return data_ + size_; }

    uint8_t operator[](std::size_t at) const;
    uint16_t u16(std::size_t at) const;
    uint32_t u32(std::size_t at) const;
    int32_t s32(std::size_t at) const;

    /// A piece of it.
    ByteView piece(std::size_t at, std::size_t size) const;

    /// From there to its end.
    ByteView from(std::size_t at) const;

    /// Whether these characters stand at this place.
    bool has(std::string_view text, std::size_t at = 0) const;

    /// Four bytes as characters, as the names of chunks and tags are.
    std::string name(std::size_t at) const;

    Bytes copy() const { return Bytes(begin(), end()); }

private:
    const uint8_t *data_;
    std::size_t size_;
};

void append(Bytes &to, ByteView what);

}  // namespace onpar
