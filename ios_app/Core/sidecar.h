#pragma once

#include <string>
#include <vector>

#include "case_reader.h"
#include "chain.h"
#include "tensor.h"

namespace onpar {

/// What a host must know of one exported model file: every constant of the model.
///
/// The part of `onpar-artifact/2` (Artifact in parity/contract/spec.py) that a host uses.
struct Sidecar {
    std::string file;
    std::string sha256;
    std::string format;
    std::string engine;
    std::string weights_sha256;
    std::string recipe;
    std::string recipe_sha256;

    /// What the file itself takes: in order the tensors that the chain's part in it takes, by the
    /// names that its runtime knows.
    std::vector<TensorSpec> inputs;

    /// What the file itself gives, in the same way.
    std::vector<TensorSpec> outputs;

    /// The model's steps; the file performs some of them.
    Chain chain;

    std::vector<Case> cases;
};

/// Read and validate a sidecar; nothing is allocated by its word before bounds are checked.
///
/// `name` is what errors call the file. Throws InputError if it is not a sidecar, one of another
/// version, or contradicts itself.
Sidecar read_sidecar(const std::vector<uint8_t> &content, const std::string &name);

}  // namespace onpar
