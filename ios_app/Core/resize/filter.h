#pragma once

namespace onpar {

/// The curve by which neighbours weigh in a pixel that lies between them.
enum class Filter { bilinear, bicubic };

/// How an image is resampled. With antialiasing, as Pillow does it, an image that becomes smaller
/// has more neighbours in each pixel; without, as OpenCV does it, always two or four a side.
struct Resampling {
    Filter filter = Filter::bilinear;
    bool antialias = true;
};

}  // namespace onpar
