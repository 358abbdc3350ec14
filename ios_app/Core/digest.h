#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tensor.h"

namespace onpar {

/// Bytes that are somebody else's.
struct Piece {
    const void *data;
    std::size_t size;
};

/// SHA-256 in hexadecimal, over the pieces one after another. The platform's library computes it
/// (Bridge/sha256.cpp).
std::string sha256(const std::vector<Piece> &pieces);

/// Of the bytes.
std::string sha256(const std::vector<uint8_t> &content);

/// Of the tensors' bytes, one tensor after another by name (`digest` of
/// parity/contract/capture.py).
std::string sha256(const Tensors &tensors);

}  // namespace onpar
