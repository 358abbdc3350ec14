#pragma once

#include <vector>

#include "json_value.h"
#include "tensor.h"

namespace onpar {

/// Read and validate the type and shape in an object's `dtype` and `shape`. Throws InputError.
TensorSpec read_tensor_spec(const JsonValue &one, const std::string &name);

/// Read and validate a list of inputs or outputs. Throws InputError.
std::vector<TensorSpec> read_tensor_specs(const JsonValue &list);

/// Refuse two of one name among the `inputs` and `outputs` of a sidecar, or of its model. Throws
/// InputError.
void check_names_differ(const JsonValue &owner);

}  // namespace onpar
