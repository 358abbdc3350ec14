#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace onpar {

/// Read a whole text as JSON that Python, Java and C++ take or refuse alike: UTF-8, no key twice,
/// no byte order mark, no NUL byte, no long number, and no deep nesting. `file` is what errors call
/// it. Throws InputError.
nlohmann::json strict_json(const std::string &file, const std::vector<uint8_t> &content);

}  // namespace onpar
