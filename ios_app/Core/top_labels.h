#pragma once

#include <string>
#include <vector>

#include "chain.h"
#include "tensor.h"

namespace onpar {

/// A label that a classifier gives a photo, and its value, such as a probability of 0 to 1.
struct TopLabel {
    std::string name;
    double value;
};

/// What a screen says of a model whose last step is `top-k`: the labels of `tensors`, those of a
/// capture, in their order. None where the last step is another one.
std::vector<TopLabel> top_labels(const Chain &chain, const Tensors &tensors);

}  // namespace onpar
