#include "channels.h"

#include <cstddef>

namespace onpar {
namespace {

uint8_t gray(const uint8_t *rgb) {
    return static_cast<uint8_t>((19595 * rgb[0] + 38470 * rgb[1] + 7471 * rgb[2] + 32768) >> 16);
}

}  // namespace

int count_of(Channels channels) {
    return channels == Channels::gray ? 1 : 3;
}

std::vector<uint8_t> in_channels(const RgbView &image, Channels channels) {
    const std::size_t pixels = std::size_t{1} * image.height * image.width;
    const uint8_t *in = image.pixels;
    if (channels == Channels::rgb) {
        return std::vector<uint8_t>(in, in + 3 * pixels);
    }
    std::vector<uint8_t> levels(pixels * count_of(channels));
    uint8_t *out = levels.data();
    for (std::size_t i = 0; i < pixels; i++, in += 3) {
        if (channels == Channels::gray) {
            *out++ = gray(in);
        } else {
            *out++ = in[2];
            *out++ = in[1];
            *out++ = in[0];
        }
    }
    return levels;
}

}  // namespace onpar
