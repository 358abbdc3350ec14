#pragma once

#include <string>

#include "tensor.h"

namespace onpar {

/// A model, loaded by a runtime and ready to run: all that a session knows of a runtime. One thread
/// at a time uses a runner.
class Runner {
public:
    virtual ~Runner() = default;

    /// The runtime's name, as captures carry it: `onnxruntime`.
    virtual std::string runtime() const = 0;

    /// The version that the runtime itself states.
    virtual std::string runtime_version() const = 0;

    /// What computes inside of the runtime, where there are several.
    virtual std::string engine() const = 0;

    /// What computes: `CPU`, `GPU`, `NPU`, or several of them with `+`.
    virtual std::string compute_unit() const = 0;

    /// Run once: inputs by name, as the sidecar specifies them, to outputs by name. Throws
    /// InputError where the runtime fails; the message is its own.
    virtual Tensors run(const Tensors &inputs) = 0;
};

}  // namespace onpar
