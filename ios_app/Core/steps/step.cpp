#include "step.h"

#include <stdexcept>

namespace onpar {

std::vector<Tensor> Step::compute(const std::vector<const Tensor *> &) const {
    throw std::logic_error("the app does not compute " + makes.front().name);
}

}  // namespace onpar
