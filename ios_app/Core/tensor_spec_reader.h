#pragma once

#include <vector>

#include "json_value.h"
#include "tensor.h"

namespace onpar {

/// Read and validate the sidecar's `inputs` or `outputs`, of which there may be `most`. Throws
/// InputError.
std::vector<TensorSpec> read_tensor_specs(const JsonValue &list, std::size_t most);

/// Refuse two of one name, and with io tensor outputs that are not float32. Throws InputError.
void check_tensor_specs(const JsonValue &root, bool tensor);

}  // namespace onpar
