#pragma once

#include <string>

namespace onpar {

/// What ONNX Runtime says, in one line, without the place in its source where it stands
/// (`FILE:LINE SIGNATURE `), which would leave no room for the rest.
std::string onnx_message(const std::string &message);

}  // namespace onpar
