#pragma once

#include <string>

#include "../Core/session.h"

namespace onpar {

/// This device, simulator or host, as captures name it. `target` is as `onpar targets` names it.
Place place(const std::string &target);

/// The time in UTC, ISO 8601, to the second.
std::string now();

}  // namespace onpar
