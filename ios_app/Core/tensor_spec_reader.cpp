#include "tensor_spec_reader.h"

#include <set>
#include <stdexcept>

#include "limits.h"

namespace onpar {

std::vector<TensorSpec> read_tensor_specs(const JsonValue &list, std::size_t most) {
    std::vector<TensorSpec> specs;
    for (const JsonValue &one : list.list(1, most)) {
        const std::string name = one.at("name").name(limits::tensor_name);
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
        specs.push_back({name, dtype, shape});
    }
    return specs;
}

void check_tensor_specs(const JsonValue &root, bool tensor) {
    std::set<std::string> names;
    for (const std::string which : {"inputs", "outputs"}) {
        for (const JsonValue &one : root.at(which).list(1, limits::max_tensors)) {
            if (!names.insert(one.at("name").text()).second) {
                throw one.at("name").wrong("a name that no other input or output has");
            }
            if (tensor && which == "outputs" && one.at("dtype").text() != "float32") {
                throw one.at("dtype").wrong("float32, as io is tensor");
            }
        }
    }
}

}  // namespace onpar
