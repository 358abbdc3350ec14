#include "threshold.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "../float_reader.h"

namespace onpar {
namespace {

/// Height and width of scores with one channel, first or last; empty where they have others.
std::vector<int64_t> size_of_mask(const std::vector<int64_t> &shape) {
    if (shape.size() != 4 || shape[0] != 1) {
        return {};
    }
    if (shape[1] == 1) {
        return {shape[2], shape[3]};
    }
    return shape[3] == 1 ? std::vector<int64_t>{shape[1], shape[2]} : std::vector<int64_t>{};
}

}  // namespace

std::shared_ptr<const Step> Threshold::read(const StepJson &json) {
    const TensorSpec scores = json.taken(1).front();
    const std::vector<int64_t> size = size_of_mask(scores.shape);
    if (scores.dtype != Dtype::float32 || size.empty()) {
        throw json.wrong_tensor("scores float32 [1, 1, height, width] or [1, height, width, 1]");
    }
    auto step = std::make_shared<Threshold>();
    step->takes = {scores.name};
    step->makes = {{json.names("makes", 1).front(), Dtype::uint8, size}};
    step->above = read_float(json.step.at("above"));
    step->read_classes(json.step, 2, 2);
    step->read_palette(json.step);
    return step;
}

std::vector<Tensor> Threshold::compute(const std::vector<const Tensor *> &taken) const {
    const Tensor &scores = *taken.front();
    const std::vector<int64_t> size = size_of_mask(scores.shape());
    if (size.empty()) {
        throw std::invalid_argument("got scores " + scores.text() +
                                    ", expected float32 [1, 1, height, width] or [1, height, "
                                    "width, 1]");
    }
    Tensor mask(Dtype::uint8, size);
    const float *in = scores.floats();
    std::transform(in, in + mask.bytes().size(), mask.bytes().data(),
                   [this](float score) { return static_cast<uint8_t>(score > above); });
    std::vector<Tensor> made;
    made.push_back(std::move(mask));
    return made;
}

std::vector<std::vector<Tensor>> Threshold::probes() const {
    const float values[] = {-1e30f, std::nextafter(above, -INFINITY), above,
                            std::nextafter(above, INFINITY), 1e30f};
    Tensor scores(Dtype::float32, {1, 1, 1, 5});
    std::copy(std::begin(values), std::end(values), scores.floats());
    return {{scores}};
}

}  // namespace onpar
