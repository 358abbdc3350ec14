#pragma once

#include <optional>
#include <string>
#include <vector>

#include "case_reader.h"
#include "class_map.h"
#include "image_prep.h"
#include "tensor.h"

namespace onpar {

/// What a host must know of one exported model file: every constant of the model.
///
/// The part of `onpar-artifact/1` (Artifact in parity/contract/spec.py) that a host uses.
struct Sidecar {
    std::string file;
    std::string sha256;
    std::string format;
    std::string io;
    std::string engine;
    std::string weights_sha256;
    std::string recipe;
    std::string recipe_sha256;

    /// What the file itself takes: with io `image` the resized photo u8 [h, w, 3].
    std::vector<TensorSpec> inputs;

    /// What the file itself gives: with io `image` the class map [h, w].
    std::vector<TensorSpec> outputs;

    /// None where the model takes no photo.
    std::optional<ImagePrep> prep;

    /// None where no output is one class a pixel.
    std::optional<ClassMapSpec> classmap;

    std::vector<Case> cases;

    /// Whether normalisation and arg-max happen outside of the model.
    bool takes_tensor() const { return io == "tensor"; }
};

/// Read and validate a sidecar; nothing is allocated by its word before bounds are checked.
///
/// `name` is what errors call the file. Throws InputError if it is not a sidecar, one of another
/// version, or contradicts itself.
Sidecar read_sidecar(const std::vector<uint8_t> &content, const std::string &name);

}  // namespace onpar
