#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "../Core/steps/argmax.h"

namespace {

using onpar::Dtype;
using onpar::Tensor;
using Bytes = std::vector<uint8_t>;

}  // namespace

TEST_CASE("the probe's row i has only class i") {
    CHECK(onpar::arg_max(onpar::probe_scores(3)).bytes() ==
          Bytes{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2});
}

TEST_CASE("NaN never wins, and no later class wins over it") {
    Tensor scores(Dtype::float32, {1, 3, 1, 2});
    const float values[] = {1, NAN, NAN, 1, 2, 2};
    std::copy(std::begin(values), std::end(values), scores.floats());
    CHECK(onpar::arg_max(scores).bytes() == Bytes{0, 0});
}

TEST_CASE("scores of several photos, or of too many classes, are refused") {
    CHECK_THROWS_AS(onpar::arg_max(Tensor(Dtype::float32, {2, 3, 4, 5})), std::invalid_argument);
    CHECK_THROWS_AS(onpar::arg_max(Tensor(Dtype::float32, {1, 257, 1, 1})), std::invalid_argument);
    CHECK_THROWS_AS(onpar::arg_max(Tensor(Dtype::uint8, {1, 3, 4, 5})), std::invalid_argument);
}
