#include "decode_image.h"

namespace onpar {

std::shared_ptr<const Step> DecodeImage::read(const StepJson &json) {
    auto step = std::make_shared<DecodeImage>();
    step->takes = json.names("takes", 1);
    step->makes = {{json.names("makes", 1).front(), Dtype::uint8, {any_side, any_side, 3}}};
    return step;
}

}  // namespace onpar
