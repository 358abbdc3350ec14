#include "top_k.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <numeric>
#include <stdexcept>

#include "../limits.h"

namespace onpar {
namespace {

/// The classes of the k largest scores.
std::vector<int32_t> largest(const float *scores, std::size_t count, std::size_t k) {
    std::vector<int32_t> classes(count);
    std::iota(classes.begin(), classes.end(), 0);
    std::partial_sort(classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(k),
                      classes.end(), [scores](int32_t a, int32_t b) {
                          const float one = scores[a];
                          const float other = scores[b];
                          // NaN last, as numpy sorts: without an order a sort is undefined.
                          if (std::isnan(one) != std::isnan(other)) {
                              return std::isnan(other);
                          }
                          return one > other || (!(other > one) && a < b);
                      });
    classes.resize(k);
    return classes;
}

}  // namespace

std::shared_ptr<const Step> TopK::read(const StepJson &json) {
    const TensorSpec scores = json.taken(1).front();
    if (scores.dtype != Dtype::float32 || scores.shape.size() != 2 || scores.shape[0] != 1) {
        throw json.wrong_tensor("scores float32 [1, classes]");
    }
    auto step = std::make_shared<TopK>();
    const JsonValue labels = json.step.at("labels");
    for (const JsonValue &label : labels.list(1, limits::max_labels)) {
        step->labels.push_back(label.text());
    }
    const int64_t count = static_cast<int64_t>(step->labels.size());
    if (count != scores.shape[1]) {
        throw labels.wrong(std::to_string(scores.shape[1]) + " labels, as " + scores.name +
                           " has classes");
    }
    step->k = static_cast<std::size_t>(json.step.at("k").count(1, count));
    const std::vector<std::string> names = json.names("makes", 2, 2);
    const std::vector<int64_t> shape{static_cast<int64_t>(step->k)};
    step->takes = {scores.name};
    step->makes = {{names[0], Dtype::int32, shape}, {names[1], Dtype::float32, shape}};
    return step;
}

std::vector<Tensor> TopK::compute(const std::vector<const Tensor *> &taken) const {
    const Tensor &scores = *taken.front();
    if (scores.shape() != std::vector<int64_t>{1, static_cast<int64_t>(labels.size())}) {
        throw std::invalid_argument("got scores " + scores.text() + ", expected float32 [1, " +
                                    std::to_string(labels.size()) + "]");
    }
    const float *values = scores.floats();
    const std::vector<int32_t> found = largest(values, labels.size(), k);
    Tensor classes(Dtype::int32, makes[0].shape);
    std::memcpy(classes.bytes().data(), found.data(), classes.bytes().size());
    Tensor best(Dtype::float32, makes[1].shape);
    std::transform(found.begin(), found.end(), best.floats(),
                   [values](int32_t one) { return values[one]; });
    std::vector<Tensor> made;
    made.push_back(std::move(classes));
    made.push_back(std::move(best));
    return made;
}

std::vector<std::vector<Tensor>> TopK::probes() const {
    const std::size_t count = labels.size();
    Tensor rising(Dtype::float32, {1, static_cast<int64_t>(count)});
    Tensor tied(Dtype::float32, rising.shape());
    for (std::size_t i = 0; i < count; i++) {
        rising.floats()[i] = -1 - static_cast<float>(count - 1 - i) * FLT_EPSILON;
        tied.floats()[i] = -1 - static_cast<float>(i % 3);
    }
    tied.floats()[count - 1] = -1;
    return {{rising}, {tied}};
}

}  // namespace onpar
