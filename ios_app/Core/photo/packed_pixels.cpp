#include "packed_pixels.h"

#include <stdexcept>

namespace onpar {

PackedLayout packed_layout(std::size_t pixel, std::size_t row, bool fourth_in_front,
                           bool reversed) {
    if (pixel == 1) {
        return {1, row, 0, 0, 0};
    }
    if (pixel != 3 && pixel != 4) {
        throw std::runtime_error("got pixels of " + std::to_string(pixel) +
                                 " bytes, expected 1, 3 or 4");
    }
    const std::size_t red = pixel == 4 && fourth_in_front ? 1 : 0;
    const std::size_t last = pixel - 1;
    return reversed ? PackedLayout{pixel, row, last - red, last - red - 1, last - red - 2}
                    : PackedLayout{pixel, row, red, red + 1, red + 2};
}

RgbImage unpacked(ByteView rows, int width, int height, const PackedLayout &layout) {
    const std::size_t columns = static_cast<std::size_t>(width);
    const std::size_t lines = static_cast<std::size_t>(height);
    if (columns * layout.pixel > layout.row ||
        (lines - 1) * layout.row + columns * layout.pixel > rows.size()) {
        throw std::runtime_error("got " + std::to_string(rows.size()) + " bytes in rows of " +
                                 std::to_string(layout.row) + ", expected " +
                                 std::to_string(width) + "x" + std::to_string(height) +
                                 " pixels of " + std::to_string(layout.pixel));
    }
    std::vector<uint8_t> pixels(columns * lines * 3);
    uint8_t *to = pixels.data();
    for (std::size_t y = 0; y < lines; y++) {
        const uint8_t *from = rows.data() + y * layout.row;
        for (std::size_t x = 0; x < columns; x++, from += layout.pixel, to += 3) {
            to[0] = from[layout.red];
            to[1] = from[layout.green];
            to[2] = from[layout.blue];
        }
    }
    return RgbImage(height, width, std::move(pixels));
}

}  // namespace onpar
