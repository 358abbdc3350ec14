#pragma once

#if defined(__APPLE__)

#include <string>

#include "../Core/photo/photo.h"

namespace onpar {

/// Image I/O for JPEGs and Core Graphics for colours. PNGs go by png_pixels, as on Linux.
class ImageIOPlatform : public Platform {
public:
    RgbImage pixels(const PhotoFile &file, const std::string &name) override;
    RgbImage to_srgb(const RgbImage &image, const Bytes &icc, bool grey) override;
};

}  // namespace onpar

#endif
