#pragma once

#include <vector>

#include "chain.h"
#include "json_value.h"
#include "tensor.h"

namespace onpar {

/// Refuse a sidecar whose file has other `inputs` and `outputs` than its chain says: the file would
/// be given other tensors than it takes. Throws InputError.
void check_file_tensors(const JsonValue &root, const Chain &chain,
                        const std::vector<TensorSpec> &inputs,
                        const std::vector<TensorSpec> &outputs);

}  // namespace onpar
