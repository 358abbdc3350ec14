#pragma once

#include <string>

namespace onpar {

/// A message of somebody else's as a part of a sentence: white space becomes single spaces, and
/// beyond `most` bytes it is cut, not inside of a character of UTF-8.
std::string one_line(const std::string &text, std::size_t most = 160);

}  // namespace onpar
