#include "sigmoid.h"

#include <cmath>

namespace onpar {

Tensor sigmoid(const Tensor &logits) {
    Tensor made(Dtype::float32, logits.shape());
    const float *in = logits.floats();
    float *out = made.floats();
    const std::size_t count = made.bytes().size() / sizeof(float);
    for (std::size_t i = 0; i < count; i++) {
        out[i] = static_cast<float>(1 / (1 + std::exp(-static_cast<double>(in[i]))));
    }
    return made;
}

std::shared_ptr<const Step> Sigmoid::read(const StepJson &json) {
    const TensorSpec logits = json.taken(1).front();
    if (logits.dtype != Dtype::float32 || logits.shape.empty()) {
        throw json.wrong_tensor("float32 with an axis");
    }
    auto step = std::make_shared<Sigmoid>();
    step->takes = {logits.name};
    step->makes = {{json.names("makes", 1).front(), Dtype::float32, logits.shape}};
    return step;
}

std::vector<Tensor> Sigmoid::compute(const std::vector<const Tensor *> &taken) const {
    std::vector<Tensor> made;
    made.push_back(sigmoid(*taken.front()));
    return made;
}

std::vector<std::vector<Tensor>> Sigmoid::probes() const {
    std::vector<int64_t> shape(makes.front().shape.size(), 1);
    shape.back() = 3;
    Tensor logits(Dtype::float32, shape);
    logits.floats()[0] = -1000;
    logits.floats()[1] = 0;
    logits.floats()[2] = 1000;
    return {{logits}};
}

}  // namespace onpar
