#include "colour_profile.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "icc_profile.h"
#include "matrix_shaper.h"

namespace onpar {
namespace {

/// A profile that moves no probed colour by more levels than this is sRGB.
constexpr int srgb_levels = 1;

/// How far apart rounded and unrounded numbers may be, where sRGB's curve is steep.
constexpr int rounding = 3;

int largest(const RgbImage &some, const RgbImage &others) {
    if (some.pixels.size() != others.pixels.size()) {
        throw std::runtime_error("the conversion gave another number of pixels");
    }
    int most = 0;
    for (std::size_t i = 0; i < some.pixels.size(); i++) {
        most = std::max(most, std::abs(some.pixels[i] - others.pixels[i]));
    }
    return most;
}

/// Colours that distinguish a profile from sRGB: greys, or also primary ramps and a lattice.
RgbImage probe(bool grey) {
    std::vector<uint8_t> colours;
    const auto add = [&colours](int red, int green, int blue) {
        for (const int value : {red, green, blue}) {
            colours.push_back(static_cast<uint8_t>(value));
        }
    };
    const std::vector<int> masks = grey ? std::vector<int>{7} : std::vector<int>{7, 1, 2, 4};
    for (const int mask : masks) {
        for (int level = 0; level < 256; level++) {
            add((mask & 1) * level, (mask >> 1 & 1) * level, (mask >> 2 & 1) * level);
        }
    }
    for (int i = 0; !grey && i < 18 * 18 * 18; i++) {
        add(i / 324 * 15, i / 18 % 18 * 15, i % 18 * 15);
    }
    const int count = static_cast<int>(colours.size() / 3);
    return RgbImage(1, count, std::move(colours));
}

/// What a profile states of itself, without its padding, fit for a sentence.
std::string readable(std::string space) {
    while (!space.empty() && space.back() == ' ') {
        space.pop_back();
    }
    for (char &one : space) {
        one = one >= ' ' && one <= '~' ? one : '?';
    }
    return space;
}

RgbImage converted(RgbImage image, const Bytes &icc, bool grey, Platform &platform) {
    const IccProfile profile{ByteView(icc)};
    const bool of_grey = profile.space() == "GRAY";
    if (profile.space() != "RGB " && !(of_grey && grey)) {
        throw std::runtime_error("it is for " + readable(profile.space()) +
                                 " colours, the pixels are " + (grey ? "grey" : "RGB"));
    }
    const RgbImage colours = probe(of_grey);
    const RgbImage moved = platform.to_srgb(colours, icc, of_grey);
    if (profile.is_matrix()) {
        const MatrixShaper exact(profile);
        const RgbImage shaped = exact.apply(colours);
        // Further apart than roundings, there is something in it that curves and a matrix do not
        // say.
        if (largest(shaped, moved) <= rounding) {
            return largest(shaped, colours) > srgb_levels ? exact.apply(image) : image;
        }
    }
    return largest(moved, colours) > srgb_levels ? platform.to_srgb(image, icc, of_grey) : image;
}

}  // namespace

RgbImage to_srgb(RgbImage image, const Bytes &icc, bool grey, const std::string &name,
                 Platform &platform) {
    try {
        return converted(std::move(image), icc, grey, platform);
    } catch (const std::runtime_error &error) {
        throw InputError(name + ": has a colour profile that cannot be used (" + error.what() +
                         "); save it as sRGB");
    }
}

}  // namespace onpar
