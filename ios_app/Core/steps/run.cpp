#include "run.h"

#include "../limits.h"
#include "../tensor_spec_reader.h"

namespace onpar {
namespace {

/// The model's `inputs` or `outputs`, which are the step's tensors.
std::vector<TensorSpec> specs(const JsonValue &list, const std::vector<std::string> &names,
                              const std::string &what) {
    const std::vector<TensorSpec> specs = read_tensor_specs(list);
    if (specs.size() != names.size()) {
        throw list.wrong(std::to_string(names.size()) + ", as many as the step run " + what);
    }
    for (std::size_t i = 0; i < names.size(); i++) {
        if (specs[i].name != names[i]) {
            throw list.list(1, limits::max_tensors)[i].at("name").wrong(
                names[i] + ", which the step run " + what);
        }
    }
    return specs;
}

}  // namespace

std::shared_ptr<const Step> Run::read(const StepJson &json) {
    auto step = std::make_shared<Run>();
    step->takes = json.names("takes", limits::max_tensors);
    const std::vector<TensorSpec> taken = json.taken(limits::max_tensors);
    const JsonValue inputs = json.model.at("inputs");
    const std::vector<TensorSpec> expected = specs(inputs, step->takes, "takes");
    for (std::size_t i = 0; i < taken.size(); i++) {
        if (expected[i].shape != taken[i].shape) {
            throw inputs.list(1, limits::max_tensors)[i].at("shape").wrong(
                "the shape of " + taken[i].name + ", which the step run takes");
        }
        if (expected[i].dtype != taken[i].dtype) {
            throw inputs.list(1, limits::max_tensors)[i].at("dtype").wrong(
                "that of " + taken[i].name + ", " + taken[i].text());
        }
    }
    const std::vector<std::string> names = json.names("makes", limits::max_tensors);
    const JsonValue outputs = json.model.at("outputs");
    step->makes = specs(outputs, names, "makes");
    for (std::size_t i = 0; i < names.size(); i++) {
        if (step->makes[i].dtype != Dtype::float32) {
            throw outputs.list(1, limits::max_tensors)[i].at("dtype").wrong(
                "float32, as a network's outputs are");
        }
    }
    return step;
}

}  // namespace onpar
