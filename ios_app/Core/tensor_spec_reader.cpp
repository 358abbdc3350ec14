#include "tensor_spec_reader.h"

#include <set>
#include <stdexcept>

#include "limits.h"

namespace onpar {

TensorSpec read_tensor_spec(const JsonValue &one, const std::string &name) {
    const std::string item_type = one.at("dtype").choice(limits::item_types);
    const Dtype dtype = dtype_named(item_type)->dtype;
    std::vector<int64_t> shape;
    for (const JsonValue &side : one.at("shape").list(0, limits::max_rank)) {
        shape.push_back(side.count(1, INT32_MAX));
    }
    try {
        size_of(dtype, shape);
    } catch (const std::invalid_argument &) {
        throw one.at("shape").wrong("a tensor of at most 2 GiB");
    }
    return {name, dtype, shape};
}

std::vector<TensorSpec> read_tensor_specs(const JsonValue &list) {
    std::vector<TensorSpec> specs;
    for (const JsonValue &one : list.list(1, limits::max_tensors)) {
        specs.push_back(read_tensor_spec(one, one.at("name").name(limits::tensor_name)));
    }
    return specs;
}

void check_names_differ(const JsonValue &owner) {
    std::set<std::string> names;
    for (const std::string which : {"inputs", "outputs"}) {
        for (const JsonValue &one : owner.at(which).list(1, limits::max_tensors)) {
            if (!names.insert(one.at("name").text()).second) {
                throw one.at("name").wrong("a name that no other input or output has");
            }
        }
    }
}

}  // namespace onpar
