#pragma once

#include "step.h"
#include "step_json.h"

namespace onpar {

/// A step that makes a class map u8 [h, w], which a screen can draw.
struct ClassMapStep : Step {
    std::vector<std::string> classes;

    /// Of each class 0xRRGGBB.
    std::vector<uint32_t> palette;

protected:
    /// Read `classes`, `least` to `most` of them. Throws InputError.
    void read_classes(const JsonValue &step, std::size_t least, std::size_t most);

    /// Read `palette`, a colour for each of the classes. Throws InputError.
    void read_palette(const JsonValue &step);
};

}  // namespace onpar
