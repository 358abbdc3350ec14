#include "rgb_view.h"

#include <stdexcept>

namespace onpar {

RgbView::RgbView(const RgbImage &image)
    : height(image.height), width(image.width), pixels(image.pixels.data()) {}

RgbView::RgbView(const Tensor &tensor) : pixels(tensor.bytes().data()) {
    const std::vector<int64_t> &shape = tensor.shape();
    if (tensor.dtype() != Dtype::uint8 || shape.size() != 3 || shape[2] != 3 ||
        tensor.bytes().empty()) {
        throw std::invalid_argument("got " + tensor.text() + ", expected uint8 [height, width, 3]");
    }
    height = static_cast<int>(shape[0]);
    width = static_cast<int>(shape[1]);
}

}  // namespace onpar
