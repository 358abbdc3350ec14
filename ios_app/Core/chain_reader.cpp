#include "chain_reader.h"

#include <map>

#include "limits.h"
#include "steps/step_kinds.h"

namespace onpar {
namespace {

/// The index of the network's step. Refuses unknown kinds of steps first, one of which may be what
/// a newer onpar has in its place.
std::size_t index_of_run(const JsonValue &list) {
    const std::vector<JsonValue> steps = list.list(1, limits::max_steps);
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < steps.size(); i++) {
        if (kind_of(steps[i]).name == "run") {
            found.push_back(i);
        }
    }
    if (found.size() != 1) {
        throw list.wrong("exactly one step run, not " + std::to_string(found.size()));
    }
    return found.front();
}

Steps read_steps(const JsonValue &list, const JsonValue &model) {
    Steps steps;
    std::map<std::string, TensorSpec> made;
    for (const JsonValue &one : list.list(1, limits::max_steps)) {
        steps.push_back(kind_of(one).read(StepJson(one, model, made)));
        const std::vector<TensorSpec> &makes = steps.back()->makes;
        for (std::size_t i = 0; i < makes.size(); i++) {
            if (!made.emplace(makes[i].name, makes[i]).second) {
                throw one.at("makes").list(1, makes.size())[i].wrong(
                    "a name that no other tensor of the chain has");
            }
        }
    }
    return steps;
}

}  // namespace

Chain read_chain(const JsonValue &root) {
    const JsonValue list = root.at("steps");
    const std::size_t run = index_of_run(list);
    Chain chain;
    chain.steps = read_steps(list, root.at("model"));
    const JsonValue runs = root.at("runs");
    const std::vector<JsonValue> ends = runs.list(2, 2);
    const int64_t most = static_cast<int64_t>(chain.steps.size()) - 1;
    chain.first = static_cast<std::size_t>(ends[0].count(0, most));
    chain.last = static_cast<std::size_t>(ends[1].count(0, most));
    if (chain.first > run || run > chain.last) {
        throw runs.wrong("the first and the last step of the file, with step " +
                         std::to_string(run) + ", which is run, among them");
    }
    for (std::size_t i = chain.first; i < run; i++) {
        if (chain.steps[i]->source()) {
            throw runs.wrong("steps that a file can perform; step " + std::to_string(i) +
                             " takes what the case gives, which is the app's part");
        }
    }
    return chain;
}

}  // namespace onpar
