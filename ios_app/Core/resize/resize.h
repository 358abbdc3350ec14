#pragma once

#include "../rgb_image.h"
#include "../rgb_view.h"
#include "filter.h"
#include "window.h"

namespace onpar {

/// The whole image at another size, each side at least 1.
RgbImage resize(const RgbView &image, int height, int width, const Resampling &by);

/// The window of the scaled image. Only the window is computed: a crop out of a very long image
/// costs no more than the crop.
RgbImage resize_window(const RgbView &image, const Window &window, const Resampling &by);

}  // namespace onpar
