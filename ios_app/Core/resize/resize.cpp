#include "resize.h"

#include "antialiased.h"
#include "plain.h"

namespace onpar {

RgbImage resize(const RgbView &image, int height, int width, const Resampling &by) {
    return resize_window(image, {height, width, 0, 0, height, width}, by);
}

RgbImage resize_window(const RgbView &image, const Window &window, const Resampling &by) {
    return by.antialias ? antialiased(image, window, by.filter) : plain(image, window, by.filter);
}

}  // namespace onpar
