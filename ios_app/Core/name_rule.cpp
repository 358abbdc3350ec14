#include "name_rule.h"

#include <algorithm>

namespace onpar {

bool NameRule::fits(std::string_view name) const {
    if (name.empty() || name.size() < min_bytes || name.size() > max_bytes) {
        return false;
    }
    const auto allowed = [this](char c, std::string_view ascii) {
        const bool other = static_cast<unsigned char>(c) >= 0x80;
        return other ? beyond_ascii : ascii.find(c) != std::string_view::npos;
    };
    return allowed(name[0], first) &&
           std::all_of(name.begin() + 1, name.end(), [&](char c) { return allowed(c, rest); });
}

}  // namespace onpar
