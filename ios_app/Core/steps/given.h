#pragma once

#include "step.h"
#include "step_json.h"

namespace onpar {

/// `given`: an array of the case, as it is.
struct Given : Step {
    static std::shared_ptr<const Step> read(const StepJson &json);

    std::optional<SourceKind> source() const override { return SourceKind::array; }
};

}  // namespace onpar
