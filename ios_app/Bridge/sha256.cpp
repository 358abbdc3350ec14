#include <cstdio>

#include "../Core/digest.h"

#if defined(__APPLE__)
#include <CommonCrypto/CommonDigest.h>
#else
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#endif

namespace onpar {
namespace {

constexpr std::size_t size = 32;

#if defined(__APPLE__)

void digest(const std::vector<Piece> &pieces, unsigned char *out) {
    // CC_SHA256_Update takes 32-bit lengths.
    constexpr std::size_t most = std::size_t{1} << 30;
    CC_SHA256_CTX context;
    CC_SHA256_Init(&context);
    for (const Piece &piece : pieces) {
        const auto *bytes = static_cast<const unsigned char *>(piece.data);
        for (std::size_t at = 0; at < piece.size; at += most) {
            const std::size_t count = piece.size - at < most ? piece.size - at : most;
            CC_SHA256_Update(&context, bytes + at, static_cast<CC_LONG>(count));
        }
    }
    CC_SHA256_Final(out, &context);
}

#else

void digest(const std::vector<Piece> &pieces, unsigned char *out) {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                    EVP_MD_CTX_free);
    bool done = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    for (const Piece &piece : pieces) {
        done = done && EVP_DigestUpdate(context.get(), piece.data, piece.size) == 1;
    }
    if (!done || EVP_DigestFinal_ex(context.get(), out, nullptr) != 1) {
        throw std::runtime_error("OpenSSL cannot compute SHA-256");
    }
}

#endif

}  // namespace

std::string sha256(const std::vector<Piece> &pieces) {
    unsigned char bytes[size];
    digest(pieces, bytes);
    std::string text;
    for (unsigned char byte : bytes) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", byte);
        text += two;
    }
    return text;
}

}  // namespace onpar
