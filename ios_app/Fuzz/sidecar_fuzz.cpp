// The sidecar's reader: any bytes are a sidecar or refused, and a sidecar that is read can be used.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "../Core/class_picture.h"
#include "../Core/input_error.h"
#include "../Core/made_picture.h"
#include "../Core/sidecar.h"

namespace {

/// The work grows with the sizes that a sidecar asks for; small ones show as much.
constexpr std::size_t most_bytes = 200'000;

/// The shape for a photo 3x3.
std::vector<int64_t> sized(const onpar::TensorSpec &spec) {
    std::vector<int64_t> shape = spec.shape;
    std::replace(shape.begin(), shape.end(), onpar::any_side, int64_t{3});
    return shape;
}

/// Of zeros.
onpar::Tensor made_up(const onpar::TensorSpec &spec) {
    return onpar::Tensor(spec.dtype, sized(spec));
}

bool is_small(const onpar::Chain &chain) {
    for (const auto &step : chain.steps) {
        for (const onpar::TensorSpec &spec : step->makes) {
            if (onpar::size_of(spec.dtype, sized(spec)) > most_bytes) {
                return false;
            }
        }
    }
    return true;
}

/// The tensors that the case and the file give to the steps of the app.
onpar::Tensors given(const onpar::Chain &chain) {
    onpar::Tensors tensors;
    for (std::size_t i = 0; i < chain.steps.size(); i++) {
        for (const onpar::TensorSpec &spec : chain.steps[i]->makes) {
            if (i == chain.last || chain.steps[i]->source()) {
                tensors.emplace(spec.name, made_up(spec));
            }
        }
    }
    return tensors;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size) {
    try {
        const onpar::Sidecar sidecar =
            onpar::read_sidecar(std::vector<uint8_t>(data, data + size), "model.onnx.json");
        const onpar::Chain &chain = sidecar.chain;
        onpar::class_picture(chain);
        onpar::made_picture(chain);
        if (is_small(chain)) {
            onpar::Tensors tensors = given(chain);
            onpar::perform(chain.before(), tensors);
            onpar::perform(chain.after(), tensors);
            onpar::add_probes(chain.after(), tensors);
        }
    } catch (const onpar::InputError &) {
        // Refused with a message.
    }
    return 0;
}
