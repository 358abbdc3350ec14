#include "made_picture.h"

#include "photo_seen.h"
#include "steps/to_image.h"

namespace onpar {

std::optional<MadePicture> made_picture(const Chain &chain) {
    const auto *drawn = dynamic_cast<const ToImage *>(chain.steps.back().get());
    if (!drawn) {
        return std::nullopt;
    }
    const ResizeImage *seen = photo_seen(chain);
    return MadePicture{drawn->makes.front().name, seen && seen->to.mode == FitMode::stretch};
}

}  // namespace onpar
