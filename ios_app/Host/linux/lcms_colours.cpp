#include "lcms_colours.h"

#include <lcms2.h>

#include <memory>
#include <stdexcept>
#include <type_traits>

namespace onpar {
namespace {

struct Close {
    void operator()(void *profile) const { cmsCloseProfile(profile); }
};

struct Delete {
    void operator()(void *transform) const { cmsDeleteTransform(transform); }
};

// LittleCMS's handles are void pointers.
using Profile = std::unique_ptr<void, Close>;
using Transform = std::unique_ptr<void, Delete>;
static_assert(std::is_same_v<cmsHPROFILE, void *> && std::is_same_v<cmsHTRANSFORM, void *>);

std::vector<uint8_t> every_third(const std::vector<uint8_t> &pixels) {
    std::vector<uint8_t> levels(pixels.size() / 3);
    for (std::size_t i = 0; i < levels.size(); i++) {
        levels[i] = pixels[3 * i];
    }
    return levels;
}

}  // namespace

RgbImage lcms_to_srgb(const RgbImage &image, const Bytes &icc, bool grey) {
    const auto size = static_cast<cmsUInt32Number>(icc.size());
    const Profile profile(cmsOpenProfileFromMem(icc.data(), size));
    if (!profile) {
        throw std::runtime_error("LittleCMS cannot open it");
    }
    const Profile srgb(cmsCreate_sRGBProfile());
    const Transform transform(cmsCreateTransform(profile.get(), grey ? TYPE_GRAY_8 : TYPE_RGB_8,
                                                 srgb.get(), TYPE_RGB_8, INTENT_PERCEPTUAL, 0));
    if (!transform) {
        throw std::runtime_error("LittleCMS cannot convert from it");
    }
    const std::vector<uint8_t> in = grey ? every_third(image.pixels) : image.pixels;
    std::vector<uint8_t> out(image.pixels.size());
    cmsDoTransform(transform.get(), in.data(), out.data(),
                   static_cast<cmsUInt32Number>(out.size() / 3));
    return RgbImage(image.height, image.width, std::move(out));
}

}  // namespace onpar
