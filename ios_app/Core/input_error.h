#pragma once

#include <stdexcept>
#include <string>

namespace onpar {

/// What the user can fix: the message says what, where, got against expected, and what to do next.
class InputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace onpar
