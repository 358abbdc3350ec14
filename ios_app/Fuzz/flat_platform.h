#pragma once

#include "../Core/photo/photo.h"

namespace onpar {

/// Gives grey pixels for every file, and stretches colours for every profile: all that onpar itself
/// reads of a photo is reached, and no library but zlib.
class FlatPlatform : public Platform {
public:
    RgbImage pixels(const PhotoFile &file, const std::string &) override {
        const std::size_t count = static_cast<std::size_t>(file.width) * file.height;
        return RgbImage(file.height, file.width, std::vector<uint8_t>(count * 3, 128));
    }

    RgbImage to_srgb(const RgbImage &image, const Bytes &, bool) override {
        std::vector<uint8_t> pixels = image.pixels;
        for (uint8_t &value : pixels) {
            value = static_cast<uint8_t>(value / 2);
        }
        return RgbImage(image.height, image.width, std::move(pixels));
    }
};

}  // namespace onpar
