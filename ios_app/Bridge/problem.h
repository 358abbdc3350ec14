#pragma once

#include <functional>
#include <string>

namespace onpar {

/// What `body` threw, as a sentence; empty where it threw nothing.
///
/// All C++ exceptions of the bridge end here, in C++: none crosses into Swift, and with gcc's
/// Objective-C runtime, which GNUstep has, a catch in Objective-C++ catches none.
std::string problem_of(const std::function<void()> &body);

}  // namespace onpar
