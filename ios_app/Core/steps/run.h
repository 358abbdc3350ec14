#pragma once

#include "step.h"
#include "step_json.h"

namespace onpar {

/// `run`: the network, which the model's file performs. A chain has one.
struct Run : Step {
    static std::shared_ptr<const Step> read(const StepJson &json);
};

}  // namespace onpar
