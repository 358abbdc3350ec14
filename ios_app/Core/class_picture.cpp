#include "class_picture.h"

#include "steps/class_map_step.h"
#include "steps/resize_image.h"

namespace onpar {

std::optional<ClassPicture> class_picture(const Chain &chain) {
    const auto *drawn = dynamic_cast<const ClassMapStep *>(chain.steps.back().get());
    const ResizeImage *seen = nullptr;
    for (const auto &step : chain.before()) {
        if (const auto *resize = dynamic_cast<const ResizeImage *>(step.get())) {
            seen = resize;
        }
    }
    if (!drawn || !seen) {
        return std::nullopt;
    }
    return ClassPicture{seen->makes.front().name, drawn->makes.front().name, drawn->classes,
                        drawn->palette, seen->to.mode == FitMode::stretch};
}

}  // namespace onpar
