#include "photo_seen.h"

namespace onpar {

const ResizeImage *photo_seen(const Chain &chain) {
    const ResizeImage *seen = nullptr;
    for (const auto &step : chain.before()) {
        if (const auto *resize = dynamic_cast<const ResizeImage *>(step.get())) {
            seen = resize;
        }
    }
    return seen;
}

}  // namespace onpar
