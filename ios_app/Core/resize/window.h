#pragma once

namespace onpar {

/// The pixels [height, width] at (top, left) of an image scaled to scaled_height × scaled_width.
struct Window {
    int scaled_height;
    int scaled_width;
    int top;
    int left;
    int height;
    int width;
};

}  // namespace onpar
