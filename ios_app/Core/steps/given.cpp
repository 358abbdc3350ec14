#include "given.h"

#include "../tensor_spec_reader.h"

namespace onpar {

std::shared_ptr<const Step> Given::read(const StepJson &json) {
    auto step = std::make_shared<Given>();
    step->takes = json.names("takes", 1);
    step->makes = {read_tensor_spec(json.step, json.names("makes", 1).front())};
    return step;
}

}  // namespace onpar
