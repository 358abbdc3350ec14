#include "class_map_step.h"

#include "../colour_reader.h"

namespace onpar {

void ClassMapStep::read_classes(const JsonValue &step, std::size_t least, std::size_t most) {
    for (const JsonValue &name : step.at("classes").list(least, most)) {
        classes.push_back(name.text());
    }
}

void ClassMapStep::read_palette(const JsonValue &step) {
    for (const JsonValue &colour : step.at("palette").list(classes.size(), classes.size())) {
        const std::array<uint8_t, 3> rgb = read_colour(colour);
        palette.push_back(uint32_t{rgb[0]} << 16 | uint32_t{rgb[1]} << 8 | rgb[2]);
    }
}

}  // namespace onpar
