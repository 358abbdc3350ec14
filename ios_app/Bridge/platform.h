#pragma once

#include <memory>
#include <string>

#include "../Core/photo/photo.h"

namespace onpar {

/// This system's decoding of photos: Image I/O on Apple's, libjpeg-turbo on Linux; PNGs are Core's
/// own.
std::unique_ptr<Platform> platform();

/// What captures say of it, such as `Image I/O`.
std::string platform_decoder();

}  // namespace onpar
