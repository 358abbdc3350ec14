#include "digest.h"

namespace onpar {

std::string sha256(const std::vector<uint8_t> &content) {
    return sha256(std::vector<Piece>{{content.data(), content.size()}});
}

std::string sha256(const Tensors &tensors) {
    std::vector<Piece> pieces;
    for (const auto &[name, tensor] : tensors) {
        pieces.push_back({tensor.bytes().data(), tensor.bytes().size()});
    }
    return sha256(pieces);
}

}  // namespace onpar
