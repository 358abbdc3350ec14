// What is only seen: no capture holds it.

#include <doctest/doctest.h>

#include "../Core/class_map.h"

namespace {

using onpar::Dtype;
using onpar::Tensor;
using Bytes = std::vector<uint8_t>;

const std::vector<uint32_t> palette{0x000000, 0x8040ff};
const Tensor classes(Dtype::uint8, {1, 3}, Bytes{0, 1, 200});
const onpar::RgbImage photo(1, 3, Bytes{10, 20, 30, 200, 100, 0, 255, 255, 255});

}  // namespace

TEST_CASE("all of the colour hides the photo, and an unknown class is black") {
    CHECK(onpar::overlay(photo, classes, palette, 1) ==
          Bytes{0, 0, 0, 255, 0x80, 0x40, 0xff, 255, 0, 0, 0, 255});
}

TEST_CASE("none of the colour leaves the photo") {
    CHECK(onpar::overlay(photo, classes, palette, 0) ==
          Bytes{10, 20, 30, 255, 200, 100, 0, 255, 255, 255, 255, 255});
}

TEST_CASE("half of the colour is the mean rounded up") {
    CHECK(onpar::overlay(photo, classes, palette, 0.5) ==
          Bytes{5, 10, 15, 255, 0xa4, 0x52, 0x80, 255, 0x80, 0x80, 0x80, 255});
}

TEST_CASE("a class map of another size colours the pixels in its place") {
    const onpar::RgbImage large(2, 4, std::vector<uint8_t>(24, 0));
    const Tensor two(Dtype::uint8, {1, 2}, Bytes{1, 0});
    const Bytes half{0x80, 0x40, 0xff, 255, 0x80, 0x40, 0xff, 255, 0, 0, 0, 255, 0, 0, 0, 255};
    Bytes both = half;
    both.insert(both.end(), half.begin(), half.end());
    CHECK(onpar::overlay(large, two, palette, 1) == both);
}

TEST_CASE("the pixels of each class are counted") {
    const std::array<int64_t, 256> counts = onpar::class_counts(classes);
    CHECK(counts[0] == 1);
    CHECK(counts[1] == 1);
    CHECK(counts[2] == 0);
    CHECK(counts[200] == 1);
}
