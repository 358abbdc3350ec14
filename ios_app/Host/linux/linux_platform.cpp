#include "linux_platform.h"

#include "../../Bridge/platform.h"
#include "../../Core/photo/png_pixels.h"
#include "jpeg_pixels.h"
#include "lcms_colours.h"

namespace onpar {

RgbImage LinuxPlatform::pixels(const PhotoFile &file, const std::string &name) {
    return file.format == PhotoFile::Format::png ? png_pixels(file, name) : jpeg_pixels(file, name);
}

RgbImage LinuxPlatform::to_srgb(const RgbImage &image, const Bytes &icc, bool grey) {
    return lcms_to_srgb(image, icc, grey);
}

std::unique_ptr<Platform> platform() {
    return std::make_unique<LinuxPlatform>();
}

std::string platform_decoder() {
    return jpeg_decoder() + ", on this host; not Image I/O";
}

}  // namespace onpar
