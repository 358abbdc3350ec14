#pragma once

#include <optional>
#include <string>

#include "chain.h"

namespace onpar {

/// What a screen shows of a model whose last step makes a picture.
struct MadePicture {
    /// The tensor's name in a capture: u8 [h, w, 3].
    std::string name;

    /// Whether the photo was stretched to the model's shape.
    bool stretched;
};

/// None where the last step makes something else.
std::optional<MadePicture> made_picture(const Chain &chain);

}  // namespace onpar
