#pragma once

#include <cstddef>
#include <string_view>

namespace onpar {

/// Which names are allowed: the rules of parity/limits/limits.json.
struct NameRule {
    /// The ASCII characters that may be the first, and those that may follow.
    std::string_view first;
    std::string_view rest;

    /// Whether all other characters may stand in it.
    bool beyond_ascii;

    /// Its length in bytes of UTF-8, as file systems count it.
    std::size_t min_bytes;
    std::size_t max_bytes;

    /// What is expected, to complete a sentence.
    const char *expected;

    /// Whether a name in UTF-8 follows the rule.
    bool fits(std::string_view name) const;
};

}  // namespace onpar
