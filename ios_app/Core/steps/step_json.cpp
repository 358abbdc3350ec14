#include "step_json.h"

#include "../limits.h"

namespace onpar {

std::vector<std::string> StepJson::names(const std::string &key, std::size_t most,
                                         std::size_t least) const {
    std::vector<std::string> names;
    for (const JsonValue &name : step.at(key).list(least, most)) {
        names.push_back(name.name(limits::chain_name));
    }
    return names;
}

std::vector<TensorSpec> StepJson::taken(std::size_t most) const {
    std::vector<TensorSpec> taken;
    for (const JsonValue &name : step.at("takes").list(1, most)) {
        const auto found = made_.find(name.name(limits::chain_name));
        if (found == made_.end()) {
            throw name.wrong("a tensor that an earlier step makes");
        }
        taken.push_back(found->second);
    }
    return taken;
}

InputError StepJson::wrong_tensor(const std::string &expected) const {
    return step.at("takes").list(1, limits::max_tensors).front().wrong(expected);
}

}  // namespace onpar
