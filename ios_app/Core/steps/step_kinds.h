#pragma once

#include <memory>
#include <string_view>

#include "step.h"
#include "step_json.h"

namespace onpar {

/// A kind's name in sidecars, and its reader, which throws InputError.
struct StepKind {
    std::string_view name;
    std::shared_ptr<const Step> (*read)(const StepJson &json);
};

/// The kind that a sidecar's step names in its key `step`. Throws InputError for one that this app
/// does not know.
const StepKind &kind_of(const JsonValue &step);

}  // namespace onpar
