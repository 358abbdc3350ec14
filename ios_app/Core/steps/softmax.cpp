#include "softmax.h"

#include <algorithm>
#include <cmath>

namespace onpar {
namespace {

/// exp(1000) is infinite and exp(−1000) is 0, in doubles too.
constexpr float far_away = 1000;

/// Of scores that are `stride` apart. `raised` has room for a double each.
void soft_max(const float *scores, std::size_t stride, std::vector<double> &raised, float *out) {
    double most = scores[0];
    for (std::size_t i = 1; i < raised.size(); i++) {
        most = std::max(most, static_cast<double>(scores[i * stride]));
    }
    double sum = 0;
    for (std::size_t i = 0; i < raised.size(); i++) {
        raised[i] = std::exp(scores[i * stride] - most);
        sum += raised[i];
    }
    for (std::size_t i = 0; i < raised.size(); i++) {
        out[i * stride] = static_cast<float>(raised[i] / sum);
    }
}

}  // namespace

Tensor soft_max(const Tensor &scores, std::size_t axis) {
    const std::vector<int64_t> &shape = scores.shape();
    std::size_t stride = 1;
    for (std::size_t i = axis + 1; i < shape.size(); i++) {
        stride *= static_cast<std::size_t>(shape[i]);
    }
    std::vector<double> raised(static_cast<std::size_t>(shape.at(axis)));
    const std::size_t rows = raised.size() * stride;
    const std::size_t count = scores.bytes().size() / sizeof(float);
    Tensor made(Dtype::float32, shape);
    for (std::size_t row = 0; row < count; row += rows) {
        for (std::size_t at = row; at < row + stride; at++) {
            soft_max(scores.floats() + at, stride, raised, made.floats() + at);
        }
    }
    return made;
}

std::shared_ptr<const Step> Softmax::read(const StepJson &json) {
    const TensorSpec scores = json.taken(1).front();
    const int64_t rank = static_cast<int64_t>(scores.shape.size());
    if (scores.dtype != Dtype::float32 || rank == 0) {
        throw json.wrong_tensor("float32 with an axis");
    }
    auto step = std::make_shared<Softmax>();
    step->takes = {scores.name};
    step->makes = {{json.names("makes", 1).front(), Dtype::float32, scores.shape}};
    step->axis = static_cast<std::size_t>(json.step.at("axis").count(0, rank - 1));
    return step;
}

std::vector<Tensor> Softmax::compute(const std::vector<const Tensor *> &taken) const {
    std::vector<Tensor> made;
    made.push_back(soft_max(*taken.front(), axis));
    return made;
}

std::vector<std::vector<Tensor>> Softmax::probes() const {
    const std::vector<int64_t> &shape = makes.front().shape;
    std::vector<int64_t> line(shape.size(), 1);
    line[axis] = shape[axis];
    const std::size_t count = static_cast<std::size_t>(shape[axis]);
    Tensor large(Dtype::float32, line);
    Tensor small(Dtype::float32, line);
    std::fill_n(large.floats(), count, -far_away);
    std::fill_n(small.floats(), count, -3 * far_away);
    large.floats()[0] = far_away;
    small.floats()[count - 1] = -far_away;
    return {{large}, {small}};
}

}  // namespace onpar
