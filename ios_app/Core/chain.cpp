#include "chain.h"

#include <algorithm>
#include <map>

#include "input_error.h"
#include "steps/run.h"

namespace onpar {

Steps Chain::before() const {
    return Steps(steps.begin(), steps.begin() + first);
}

Steps Chain::after() const {
    return Steps(steps.begin() + last + 1, steps.end());
}

bool Chain::begins_with_run() const {
    return dynamic_cast<const Run *>(steps[first].get()) != nullptr;
}

std::vector<TensorSpec> Chain::taken() const {
    std::map<std::string, TensorSpec> made;
    for (const auto &step : before()) {
        for (const TensorSpec &spec : step->makes) {
            made[spec.name] = spec;
        }
    }
    std::vector<TensorSpec> taken;
    for (std::size_t i = first; i <= last; i++) {
        if (steps[i]->source()) {
            continue;
        }
        for (const std::string &name : steps[i]->takes) {
            // A tensor that is not there is made inside the file, or taken already.
            const auto found = made.find(name);
            if (found != made.end()) {
                taken.push_back(found->second);
                made.erase(found);
            }
        }
    }
    return taken;
}

std::vector<Source> Chain::sources() const {
    std::vector<Source> sources;
    for (const auto &step : steps) {
        if (!step->source()) {
            continue;
        }
        for (const std::string &name : step->takes) {
            const auto known = std::find_if(sources.begin(), sources.end(),
                                            [&](const Source &one) { return one.name == name; });
            if (known == sources.end()) {
                sources.push_back({name, *step->source()});
            } else if (step->source() == SourceKind::image) {
                known->kind = SourceKind::image;
            }
        }
    }
    return sources;
}

void perform(const Steps &steps, Tensors &tensors) {
    for (const auto &step : steps) {
        if (tensors.count(step->makes.front().name)) {
            continue;
        }
        std::vector<const Tensor *> taken;
        for (const std::string &name : step->takes) {
            const auto found = tensors.find(name);
            if (found == tensors.end()) {
                throw InputError("the step that makes `" + step->makes.front().name + "` takes `" +
                                 name + "`, which is only inside the model's file; export again");
            }
            taken.push_back(&found->second);
        }
        std::vector<Tensor> made = step->compute(taken);
        for (std::size_t i = 0; i < made.size(); i++) {
            tensors.emplace(step->makes[i].name, std::move(made[i]));
        }
    }
}

void add_probes(const Steps &steps, Tensors &tensors) {
    for (const auto &step : steps) {
        int rank = 0;
        for (const std::vector<Tensor> &probe : step->probes()) {
            std::vector<const Tensor *> taken;
            for (const Tensor &tensor : probe) {
                taken.push_back(&tensor);
            }
            const std::string stage = "probe." + std::to_string(++rank) + "/";
            std::vector<Tensor> made = step->compute(taken);
            tensors.emplace(stage + step->makes.front().name, std::move(made.front()));
        }
    }
}

}  // namespace onpar
