// Compiled by Xcode only; not yet run.
#if defined(__APPLE__)

#import "ImageIOPlatform.h"

#import <CoreGraphics/CoreGraphics.h>
#import <Foundation/Foundation.h>
#import <ImageIO/ImageIO.h>

#include <memory>
#include <stdexcept>
#include <type_traits>

#include "../Core/photo/packed_pixels.h"
#include "../Core/photo/png_pixels.h"
#include "platform.h"

namespace onpar {
namespace {

struct Release {
    void operator()(const void *object) const { CFRelease(object); }
};

/// What a function of Core Foundation has made; what one of Core Graphics has, is one of its kind.
template <typename Ref>
using Made = std::unique_ptr<std::remove_pointer_t<Ref>, Release>;

constexpr std::size_t rgbx = 4;

/// R, G, B and a byte that nothing reads, in this order in memory.
constexpr auto rgbx_info =
    static_cast<CGBitmapInfo>(static_cast<uint32_t>(kCGImageAlphaNoneSkipLast) |
                              static_cast<uint32_t>(kCGImageByteOrder32Big));

Made<CFDataRef> data_of(const Bytes &bytes) {
    return Made<CFDataRef>(
        CFDataCreate(kCFAllocatorDefault, bytes.data(), static_cast<CFIndex>(bytes.size())));
}

bool is_fourth_in_front(CGImageAlphaInfo alpha) {
    return alpha == kCGImageAlphaNoneSkipFirst || alpha == kCGImageAlphaFirst ||
           alpha == kCGImageAlphaPremultipliedFirst;
}

/// How Image I/O has laid out the pixels that it has decoded. Throws std::runtime_error where it
/// has not made 8-bit grey or RGB of them.
PackedLayout layout_of(CGImageRef image) {
    const CGImageByteOrderInfo order = CGImageGetByteOrderInfo(image);
    const bool is_plain = order == kCGImageByteOrderDefault || order == kCGImageByteOrder32Big;
    const std::size_t pixel = CGImageGetBitsPerPixel(image) / 8;
    const CGColorSpaceModel model = CGColorSpaceGetModel(CGImageGetColorSpace(image));
    const CGColorSpaceModel expected =
        pixel == 1 ? kCGColorSpaceModelMonochrome : kCGColorSpaceModelRGB;
    if (CGImageGetBitsPerComponent(image) != 8 || model != expected ||
        !(is_plain || order == kCGImageByteOrder32Little)) {
        throw std::runtime_error("Image I/O gives its pixels in a form that onpar does not read");
    }
    return packed_layout(pixel, CGImageGetBytesPerRow(image),
                         is_fourth_in_front(CGImageGetAlphaInfo(image)), !is_plain);
}

/// The pixels as they are stored: a CGImage of a file holds them in the file's colour space, and
/// only drawing it would convert them.
RgbImage jpeg_pixels(const PhotoFile &file) {
    const Made<CFDataRef> content = data_of(file.plain);
    const Made<CGImageSourceRef> source(CGImageSourceCreateWithData(content.get(), nullptr));
    if (!source) {
        throw std::runtime_error("Image I/O finds no image in it");
    }
    const Made<CGImageRef> image(CGImageSourceCreateImageAtIndex(source.get(), 0, nullptr));
    if (!image || CGImageGetWidth(image.get()) != static_cast<std::size_t>(file.width) ||
        CGImageGetHeight(image.get()) != static_cast<std::size_t>(file.height)) {
        throw std::runtime_error("Image I/O cannot decode it in the size of its header");
    }
    // The other values are of files that are still being read.
    const CGImageSourceStatus status = CGImageSourceGetStatusAtIndex(source.get(), 0);
    if (status == kCGImageStatusUnexpectedEOF || status == kCGImageStatusInvalidData) {
        throw std::runtime_error("Image I/O finds its data damaged");
    }
    const PackedLayout layout = layout_of(image.get());
    const Made<CFDataRef> rows(CGDataProviderCopyData(CGImageGetDataProvider(image.get())));
    if (!rows) {
        throw std::runtime_error("Image I/O cannot decode it");
    }
    const ByteView bytes(CFDataGetBytePtr(rows.get()),
                         static_cast<std::size_t>(CFDataGetLength(rows.get())));
    return unpacked(bytes, file.width, file.height, layout);
}

/// The pixels with a fourth byte, as Core Graphics takes them.
Bytes with_fourth(const RgbImage &image) {
    Bytes pixels;
    pixels.reserve(image.pixels.size() / 3 * rgbx);
    for (std::size_t at = 0; at < image.pixels.size(); at += 3) {
        pixels.insert(pixels.end(), &image.pixels[at], &image.pixels[at] + 3);
        pixels.push_back(255);
    }
    return pixels;
}

/// Only the first of each pixel's three values.
Bytes levels_of(const RgbImage &image) {
    Bytes levels;
    levels.reserve(image.pixels.size() / 3);
    for (std::size_t at = 0; at < image.pixels.size(); at += 3) {
        levels.push_back(image.pixels[at]);
    }
    return levels;
}

/// The pixels as an image in the colours of the profile. Throws std::runtime_error where the
/// profile cannot be used.
Made<CGImageRef> profiled(const RgbImage &image, const Bytes &icc, bool grey) {
    const Made<CFDataRef> profile = data_of(icc);
    const Made<CGColorSpaceRef> space(CGColorSpaceCreateWithICCData(profile.get()));
    if (!space || CGColorSpaceGetModel(space.get()) !=
                      (grey ? kCGColorSpaceModelMonochrome : kCGColorSpaceModelRGB)) {
        throw std::runtime_error("Core Graphics cannot use it");
    }
    const Made<CFDataRef> content = data_of(grey ? levels_of(image) : with_fourth(image));
    const Made<CGDataProviderRef> provider(CGDataProviderCreateWithCFData(content.get()));
    const std::size_t pixel = grey ? 1 : rgbx;
    const auto info = grey ? static_cast<CGBitmapInfo>(kCGImageAlphaNone) : rgbx_info;
    const std::size_t width = static_cast<std::size_t>(image.width);
    return Made<CGImageRef>(CGImageCreate(
        width, static_cast<std::size_t>(image.height), 8, 8 * pixel, width * pixel, space.get(),
        info, provider.get(), nullptr, false, kCGRenderingIntentPerceptual));
}

}  // namespace

RgbImage ImageIOPlatform::pixels(const PhotoFile &file, const std::string &name) {
    if (file.format == PhotoFile::Format::png) {
        return png_pixels(file, name);
    }
    try {
        return jpeg_pixels(file);
    } catch (const std::runtime_error &error) {
        throw broken_photo(name, error.what());
    }
}

RgbImage ImageIOPlatform::to_srgb(const RgbImage &image, const Bytes &icc, bool grey) {
    const Made<CGImageRef> source = profiled(image, icc, grey);
    const Made<CGColorSpaceRef> srgb(CGColorSpaceCreateWithName(kCGColorSpaceSRGB));
    const std::size_t width = static_cast<std::size_t>(image.width);
    const std::size_t height = static_cast<std::size_t>(image.height);
    Bytes pixels(width * height * rgbx);
    const Made<CGContextRef> context(CGBitmapContextCreate(pixels.data(), width, height, 8,
                                                           width * rgbx, srgb.get(), rgbx_info));
    if (!source || !context) {
        throw std::runtime_error("Core Graphics cannot convert from it");
    }
    CGContextSetBlendMode(context.get(), kCGBlendModeCopy);
    CGContextSetInterpolationQuality(context.get(), kCGInterpolationNone);
    CGContextSetRenderingIntent(context.get(), kCGRenderingIntentPerceptual);
    CGContextDrawImage(context.get(), CGRectMake(0, 0, image.width, image.height), source.get());
    return unpacked(ByteView(pixels), image.width, image.height,
                    packed_layout(rgbx, width * rgbx, false, false));
}

std::unique_ptr<Platform> platform() {
    return std::make_unique<ImageIOPlatform>();
}

std::string platform_decoder() {
    return "Image I/O";
}

}  // namespace onpar

#endif
