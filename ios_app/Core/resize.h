#pragma once

#include "rgb_image.h"
#include "rgb_view.h"

namespace onpar {

/// Pillow's antialiased bilinear resize in its own fixed-point arithmetic, exact to the bit: the
/// whole image at another size, each side at least 1.
///
/// The mirror of parity/image/resize.py, which names the functions of Pillow's Resample.c: IEEE
/// doubles for the filter's weights, integers for the pixels, the horizontal pass first, u8 between
/// both. Compiled without contraction of the doubles (-ffp-contract=off).
RgbImage resize(const RgbView &image, int height, int width);

/// The window [height, width] at (top, left) of the image resized to scaled_height × scaled_width.
/// Only the window is computed: a crop out of a very long image costs no more than the crop.
RgbImage resize_window(const RgbView &image, int scaled_height, int scaled_width, int top, int left,
                       int height, int width);

}  // namespace onpar
