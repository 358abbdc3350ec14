#pragma once

#include "chain.h"
#include "json_value.h"

namespace onpar {

/// Read and validate the sidecar's `steps` and `runs`; the steps alone, not what its file takes and
/// gives. Throws InputError.
Chain read_chain(const JsonValue &root);

}  // namespace onpar
