#include "chain_check.h"

#include "limits.h"

namespace onpar {
namespace {

/// Core ML's arrays have no other integers (AS_INT32 of parity/contract/sidecar_check.py).
bool fits_int32(Dtype dtype) {
    return dtype == Dtype::int64 || dtype == Dtype::uint8 || dtype == Dtype::int8;
}

/// In order these are the tensors of the chain.
void check(const JsonValue &list, const std::vector<TensorSpec> &specs,
           const std::vector<TensorSpec> &chain, const std::string &what, bool as_int32) {
    if (specs.size() != chain.size()) {
        throw list.wrong(std::to_string(chain.size()) + ", as many tensors as the file " + what);
    }
    const std::vector<JsonValue> items = list.list(1, limits::max_tensors);
    for (std::size_t i = 0; i < chain.size(); i++) {
        const TensorSpec &one = specs[i];
        if (one.shape != chain[i].shape) {
            throw items[i].at("shape").wrong("the shape of " + chain[i].name + ", which the file " +
                                             what);
        }
        const bool narrowed = as_int32 && one.dtype == Dtype::int32 && fits_int32(chain[i].dtype);
        if (one.dtype != chain[i].dtype && !narrowed) {
            throw items[i].at("dtype").wrong("that of " + chain[i].name + ", " + chain[i].text());
        }
    }
}

}  // namespace

void check_file_tensors(const JsonValue &root, const Chain &chain,
                        const std::vector<TensorSpec> &inputs,
                        const std::vector<TensorSpec> &outputs) {
    // A file that performs a step before the network takes a photo's pixels, as an image.
    check(root.at("inputs"), inputs, chain.taken(), "takes", chain.begins_with_run());
    check(root.at("outputs"), outputs, chain.given(), "gives", true);
}

}  // namespace onpar
