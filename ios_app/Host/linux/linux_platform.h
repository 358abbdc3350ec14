#pragma once

#include <string>

#include "../../Core/photo/photo.h"

namespace onpar {

/// libjpeg-turbo for JPEGs and LittleCMS for colours. PNGs go by png_pixels, as on Apple's.
class LinuxPlatform : public Platform {
public:
    RgbImage pixels(const PhotoFile &file, const std::string &name) override;
    RgbImage to_srgb(const RgbImage &image, const Bytes &icc, bool grey) override;
};

}  // namespace onpar
