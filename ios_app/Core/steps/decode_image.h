#pragma once

#include "step.h"
#include "step_json.h"

namespace onpar {

/// `decode-image`: an image file's pixels u8 [H, W, 3], by the image contract.
///
/// Files are decoded where they are opened (photo/photo.h): a session is given their pixels.
struct DecodeImage : Step {
    static std::shared_ptr<const Step> read(const StepJson &json);

    std::optional<SourceKind> source() const override { return SourceKind::image; }
};

}  // namespace onpar
