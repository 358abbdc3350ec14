#include "colour_reader.h"

#include "limits.h"

namespace onpar {

std::array<uint8_t, 3> read_colour(const JsonValue &list) {
    std::array<uint8_t, 3> levels{};
    const std::vector<JsonValue> items = list.list(3, 3);
    for (std::size_t i = 0; i < 3; i++) {
        levels[i] = static_cast<uint8_t>(items[i].count(0, limits::max_level));
    }
    return levels;
}

}  // namespace onpar
