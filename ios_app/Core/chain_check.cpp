#include "chain_check.h"

#include "limits.h"

namespace onpar {
namespace {

bool is_integer(Dtype dtype) {
    return dtype == Dtype::int32 || dtype == Dtype::int64;
}

/// In order these are the tensors of the chain.
void check_shapes(const JsonValue &list, const std::vector<TensorSpec> &specs,
                  const std::vector<TensorSpec> &chain, const std::string &what) {
    if (specs.size() != chain.size()) {
        throw list.wrong(std::to_string(chain.size()) + ", as many tensors as the file " + what);
    }
    const std::vector<JsonValue> items = list.list(1, limits::max_tensors);
    for (std::size_t i = 0; i < chain.size(); i++) {
        if (specs[i].shape != chain[i].shape) {
            throw items[i].at("shape").wrong("the shape of " + chain[i].name + ", which the file " +
                                             what);
        }
    }
}

}  // namespace

void check_file_tensors(const JsonValue &root, const Chain &chain,
                        const std::vector<TensorSpec> &inputs,
                        const std::vector<TensorSpec> &outputs) {
    const std::vector<TensorSpec> taken = chain.taken();
    check_shapes(root.at("inputs"), inputs, taken, "takes");
    check_shapes(root.at("outputs"), outputs, chain.given(), "gives");
    for (std::size_t i = 0; i < taken.size(); i++) {
        // Formats have integers of their own width.
        const bool fits = is_integer(taken[i].dtype) ? is_integer(inputs[i].dtype)
                                                     : inputs[i].dtype == taken[i].dtype;
        if (!fits) {
            const JsonValue input = root.at("inputs").list(1, limits::max_tensors)[i];
            throw input.at("dtype").wrong("that of " + taken[i].name + ", " + taken[i].text());
        }
    }
    for (std::size_t i = 0; i < outputs.size(); i++) {
        // A class map may have any integers; scores have no other type.
        if (chain.given()[i].dtype == Dtype::float32 && outputs[i].dtype != Dtype::float32) {
            const JsonValue output = root.at("outputs").list(1, limits::max_tensors)[i];
            throw output.at("dtype").wrong("float32, as " + chain.given()[i].name + " is");
        }
    }
}

}  // namespace onpar
