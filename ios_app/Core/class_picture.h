#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chain.h"

namespace onpar {

/// What a screen draws of a model whose last step makes a class map. No capture holds it.
struct ClassPicture {
    /// The tensors' names in a capture: the photo u8 [h, w, 3] as the model saw it, and the
    /// classes.
    std::string photo;
    std::string classmap;

    /// The names of the classes, and their colours 0xRRGGBB.
    std::vector<std::string> classes;
    std::vector<uint32_t> palette;

    /// Whether the photo was stretched to the model's shape.
    bool stretched;
};

/// None where the last step makes something else, or no photo is resized before the file.
std::optional<ClassPicture> class_picture(const Chain &chain);

}  // namespace onpar
