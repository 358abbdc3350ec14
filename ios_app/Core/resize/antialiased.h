#pragma once

#include "../rgb_image.h"
#include "../rgb_view.h"
#include "filter.h"
#include "window.h"

namespace onpar {

/// Pillow's resize in its own fixed-point arithmetic, exact to the bit.
///
/// The mirror of parity/image/antialiased.py, which names the functions of Pillow's Resample.c:
/// IEEE doubles for the filter's weights, integers for the pixels, the horizontal pass first, u8
/// between both. Compiled without contraction of the doubles (-ffp-contract=off).
RgbImage antialiased(const RgbView &image, const Window &window, Filter filter);

}  // namespace onpar
