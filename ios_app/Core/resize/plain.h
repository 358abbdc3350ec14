#pragma once

#include "../rgb_image.h"
#include "../rgb_view.h"
#include "filter.h"
#include "window.h"

namespace onpar {

/// OpenCV's resize of 8 bits, INTER_LINEAR or INTER_CUBIC, in fixed point: two or four neighbours a
/// side, however much smaller the image becomes.
///
/// The mirror of parity/image/plain.py. Sums are rounded once, after both passes. An image of
/// the scaled size stays as it is.
RgbImage plain(const RgbView &image, const Window &window, Filter filter);

}  // namespace onpar
