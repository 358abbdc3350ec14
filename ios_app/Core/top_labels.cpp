#include "top_labels.h"

#include <cstring>

#include "steps/top_k.h"

namespace onpar {
namespace {

std::string label(const std::vector<std::string> &labels, int32_t index) {
    const bool known = index >= 0 && index < static_cast<int32_t>(labels.size());
    return known ? labels[static_cast<std::size_t>(index)]
                 : "class " + std::to_string(index) + ", which the sidecar does not name";
}

}  // namespace

std::vector<TopLabel> top_labels(const Chain &chain, const Tensors &tensors) {
    const auto *ranked = dynamic_cast<const TopK *>(chain.steps.back().get());
    if (!ranked) {
        return {};
    }
    const Tensor &found = tensors.at(ranked->makes[0].name);
    if (found.dtype() != Dtype::int32) {
        // A file that performs the last step may give its classes as other integers.
        return {};
    }
    std::vector<int32_t> classes(ranked->k);
    std::memcpy(classes.data(), found.bytes().data(), found.bytes().size());
    const float *values = tensors.at(ranked->makes[1].name).floats();
    std::vector<TopLabel> labels;
    for (std::size_t i = 0; i < ranked->k; i++) {
        labels.push_back({label(ranked->labels, classes[i]), values[i]});
    }
    return labels;
}

}  // namespace onpar
