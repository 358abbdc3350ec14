#include "class_picture.h"

#include "photo_seen.h"
#include "steps/class_map_step.h"

namespace onpar {

std::optional<ClassPicture> class_picture(const Chain &chain) {
    const auto *drawn = dynamic_cast<const ClassMapStep *>(chain.steps.back().get());
    const ResizeImage *seen = photo_seen(chain);
    if (!drawn || !seen) {
        return std::nullopt;
    }
    return ClassPicture{seen->makes.front().name, drawn->makes.front().name, drawn->classes,
                        drawn->palette, seen->to.mode == FitMode::stretch};
}

}  // namespace onpar
