#include "rgba.h"

#include <cstddef>

namespace onpar {

std::vector<uint8_t> rgba(const RgbView &image) {
    const std::size_t pixels = std::size_t{1} * image.height * image.width;
    std::vector<uint8_t> made(4 * pixels);
    const uint8_t *in = image.pixels;
    uint8_t *out = made.data();
    for (std::size_t i = 0; i < pixels; i++, in += 3, out += 4) {
        out[0] = in[0];
        out[1] = in[1];
        out[2] = in[2];
        out[3] = 255;
    }
    return made;
}

}  // namespace onpar
