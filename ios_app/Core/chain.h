#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "steps/step.h"
#include "tensor.h"

namespace onpar {

/// A source of the cases that a chain takes; an image where one of its steps decodes it.
struct Source {
    std::string name;
    SourceKind kind;
};

/// A model's steps in order, and which of them the exported file performs.
struct Chain {
    Steps steps;

    /// Indices of the first and the last step inside the file.
    std::size_t first = 0;
    std::size_t last = 0;

    /// The steps before the file, and those after it.
    Steps before() const;
    Steps after() const;

    /// Whether the file performs no step before the network.
    bool begins_with_run() const;

    /// The tensors that the file takes, by their names in the chain, in the order of first use.
    std::vector<TensorSpec> taken() const;

    /// The tensors that the file gives, by their names in the chain.
    const std::vector<TensorSpec> &given() const { return steps[last]->makes; }

    /// What a case must give, in the order of first use.
    std::vector<Source> sources() const;
};

/// Add the tensors that the steps make; a step whose tensors are there is left out. Throws
/// InputError where a step takes a tensor that is only inside the file.
void perform(const Steps &steps, Tensors &tensors);

/// Add what the steps make of their made-up inputs: `probe.N/<tensor>` of the N-th, the first of
/// the tensors that the step makes.
void add_probes(const Steps &steps, Tensors &tensors);

}  // namespace onpar
