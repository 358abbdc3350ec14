#include "byte_view.h"

#include <cstring>
#include <stdexcept>

namespace onpar {

uint8_t ByteView::operator[](std::size_t at) const {
    return *piece(at, 1).data();
}

uint16_t ByteView::u16(std::size_t at) const {
    const uint8_t *bytes = piece(at, 2).data();
    return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}

uint32_t ByteView::u32(std::size_t at) const {
    return static_cast<uint32_t>(u16(at)) << 16 | u16(at + 2);
}

int32_t ByteView::s32(std::size_t at) const {
    const uint32_t bits = u32(at);
    int32_t value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

ByteView ByteView::piece(std::size_t at, std::size_t size) const {
    if (at > size_ || size > size_ - at) {
        throw std::out_of_range("got bytes " + std::to_string(at) + " to " + std::to_string(at) +
                                " + " + std::to_string(size) + " of " + std::to_string(size_));
    }
    return ByteView(data_ + at, size);
}

ByteView ByteView::from(std::size_t at) const {
    return piece(at, at > size_ ? 0 : size_ - at);
}

bool ByteView::has(std::string_view text, std::size_t at) const {
    return at <= size_ && text.size() <= size_ - at &&
           std::memcmp(data_ + at, text.data(), text.size()) == 0;
}

std::string ByteView::name(std::size_t at) const {
    const ByteView four = piece(at, 4);
    return std::string(four.begin(), four.end());
}

void append(Bytes &to, ByteView what) {
    to.insert(to.end(), what.begin(), what.end());
}

}  // namespace onpar
