#pragma once

#include <map>
#include <string>
#include <vector>

#include "../json_value.h"
#include "../tensor.h"

namespace onpar {

/// A step of a sidecar, for the reader of its kind. Each method throws InputError.
class StepJson {
public:
    /// `model` is the sidecar's, `made` has the tensors of the steps in front of this one.
    StepJson(JsonValue step, JsonValue model, const std::map<std::string, TensorSpec> &made)
        : step(std::move(step)), model(std::move(model)), made_(made) {}

    /// Its constants are keys of `step`.
    const JsonValue step;
    const JsonValue model;

    /// The names in `takes` or `makes`, of `least` to `most`.
    std::vector<std::string> names(const std::string &key, std::size_t most,
                                   std::size_t least = 1) const;

    /// Type and shape of the tensors that it takes. Refuses what no earlier step made.
    std::vector<TensorSpec> taken(std::size_t most) const;

    /// The refusal of the tensor that it takes, or of the first of them.
    InputError wrong_tensor(const std::string &expected) const;

private:
    const std::map<std::string, TensorSpec> &made_;
};

}  // namespace onpar
