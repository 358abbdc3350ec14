#include "icc_profile.h"

#include <stdexcept>

#include "../limits.h"

namespace onpar {
namespace {

constexpr std::size_t header = 128;
constexpr std::size_t entry = 12;

constexpr const char *colorant_names[] = {"rXYZ", "gXYZ", "bXYZ"};
constexpr const char *curve_names[] = {"rTRC", "gTRC", "bTRC"};

/// `A2B0`, `D2B1`, ...: a table, which goes before curves and a matrix.
bool is_table(const std::string &tag) {
    return (tag.compare(0, 3, "A2B") == 0 || tag.compare(0, 3, "D2B") == 0) && tag[3] >= '0' &&
           tag[3] <= '9';
}

}  // namespace

IccProfile::IccProfile(ByteView profile) {
    if (profile.size() < header + 4 || !profile.has("acsp", 36)) {
        throw std::runtime_error("it is not an ICC profile");
    }
    space_ = profile.name(16);
    connection_ = profile.name(20);
    const std::size_t count = profile.u32(header);
    const ByteView table = profile.from(header + 4);
    if (count > limits::max_profile_tags || entry * count > table.size()) {
        throw std::runtime_error("its tags are not whole");
    }
    for (std::size_t at = 0; at < entry * count; at += entry) {
        const std::size_t offset = table.u32(at + 4);
        const std::size_t size = table.u32(at + 8);
        if (offset <= profile.size() && size <= profile.size() - offset) {
            tags_.insert_or_assign(table.name(at), profile.piece(offset, size));
        }
    }
}

bool IccProfile::is_matrix() const {
    for (int i = 0; i < 3; i++) {
        if (tags_.count(colorant_names[i]) == 0 || tags_.count(curve_names[i]) == 0) {
            return false;
        }
    }
    for (const auto &tag : tags_) {
        if (is_table(tag.first)) {
            return false;
        }
    }
    return space_ == "RGB " && connection_ == "XYZ ";
}

Matrix IccProfile::colorants() const {
    Matrix matrix{};
    for (std::size_t column = 0; column < 3; column++) {
        const ByteView tag = tags_.at(colorant_names[column]);
        if (tag.size() < 20) {
            throw std::runtime_error("its colorants are not whole");
        }
        for (std::size_t row = 0; row < 3; row++) {
            matrix[row][column] = s15_fixed16(tag, 8 + 4 * row);
        }
    }
    return matrix;
}

ToneCurve IccProfile::curve(const std::string &name) const {
    return ToneCurve::parse(tags_.at(name));
}

double s15_fixed16(ByteView bytes, std::size_t at) {
    return bytes.s32(at) / 65536.0;
}

}  // namespace onpar
