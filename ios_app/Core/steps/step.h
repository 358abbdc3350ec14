#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../tensor.h"

namespace onpar {

/// A side in a shape that depends on the case, such as a photo's height.
constexpr int64_t any_side = -1;

/// What a case may give.
enum class SourceKind { image, array };

/// A step of a model's chain. Its constants are the fields of its own type.
///
/// To add a kind of step, write one type in a file of its own, and one line in step_kinds.cpp.
struct Step {
    virtual ~Step() = default;

    /// The names of tensors that earlier steps made, or of sources of the case.
    std::vector<std::string> takes;

    /// Name, type and shape of the tensors that it makes.
    std::vector<TensorSpec> makes;

    /// The kind of the sources that it takes; none where it takes tensors.
    virtual std::optional<SourceKind> source() const { return std::nullopt; }

    /// The tensors that it makes from those that it takes, in the order of their names.
    ///
    /// Throws std::invalid_argument for tensors of another type or shape, and std::logic_error
    /// where it is not the app that performs the step: the case or the model's file has the
    /// tensors.
    virtual std::vector<Tensor> compute(const std::vector<const Tensor *> &taken) const;

    /// Made-up inputs, each of as many tensors as it takes, for what photos may not show.
    virtual std::vector<std::vector<Tensor>> probes() const { return {}; }
};

/// A chain holds steps of any kind, and a sidecar is copied with its chain.
using Steps = std::vector<std::shared_ptr<const Step>>;

}  // namespace onpar
