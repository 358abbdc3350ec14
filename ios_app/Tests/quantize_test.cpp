// Values are those of numpy, each operation in float32.

#include "../Core/steps/quantize.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::Dtype;
using onpar::floats_of;
using Bytes = std::vector<uint8_t>;

json quantize(double scale, const json &zero_point, const char *dtype) {
    return {{"step", "quantize"},
            {"makes", {"scores.q"}},
            {"scale", scale},
            {"zero_point", zero_point},
            {"dtype", dtype}};
}

/// As int8 or uint8, in an int.
std::vector<int> quantized(const std::vector<float> &values, const json &step) {
    const std::vector<int64_t> shape{1, static_cast<int64_t>(values.size())};
    const auto read = onpar::last_step(step, shape);
    const onpar::Tensor floats = floats_of(shape, values);
    const onpar::Tensor made = read->compute({&floats}).front();
    CHECK(made.text() == read->makes.front().text());
    std::vector<int> integers;
    for (uint8_t byte : made.bytes()) {
        integers.push_back(made.dtype() == Dtype::int8 ? static_cast<int8_t>(byte) : int{byte});
    }
    return integers;
}

std::string refusal(const json &step) {
    return onpar::why_refused(onpar::sample_ending(step, {1, 4}));
}

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

using Integers = std::vector<int>;

}  // namespace

TEST_CASE("a float becomes the nearest integer of the type, halves the even one") {
    const std::vector<float> halves{.5f, 1.5f, 2.5f, -.5f, -1.5f, -2.5f, 3.5f};
    CHECK(quantized(halves, quantize(1, 0, "int8")) == Integers{0, 2, 2, 0, -2, -2, 4});
    CHECK(quantized(halves, quantize(1, 10, "uint8")) == Integers{10, 12, 12, 10, 8, 8, 14});
}

TEST_CASE("what the type does not hold is its end, and NaN the zero point") {
    const std::vector<float> values{.25f,  12.7f,  12.75f,   -12.8f,    -12.85f,
                                    1e30f, -1e30f, INFINITY, -INFINITY, NAN};
    CHECK(quantized(values, quantize(.1, 3, "int8")) ==
          Integers{5, 127, 127, -125, -125, 127, -128, 127, -128, 3});
    CHECK(quantized(values, quantize(.1, 128, "uint8")) ==
          Integers{130, 255, 255, 0, 0, 255, 0, 255, 0, 128});
}

TEST_CASE("the quotient is that of float32") {
    // In doubles, or by the scale's inverse, it is 63.
    CHECK(quantized({3.9711954593658447f}, quantize(.0625385120511055, 0, "int8")) == Integers{64});
}

TEST_CASE("quantize takes floats, and needs a scale, a zero point of its type and a known type") {
    CHECK(refusal(quantize(.1, -128, "int8")) == "");
    CHECK(refusal(quantize(.1, 255, "uint8")) == "");
    CHECK(holds(refusal(quantize(.1, 128, "int8")),
                "`steps[4].zero_point` is 128, expected an integer of -128 to 127;"));
    CHECK(holds(refusal(quantize(.1, -1, "uint8")), "`steps[4].zero_point` is -1"));
    CHECK(holds(refusal(quantize(.1, 256, "int16")), "`steps[4].zero_point` is 256"));
    CHECK(holds(refusal(quantize(.1, .5, "uint8")), "`steps[4].zero_point` is 0.5"));
    CHECK(holds(refusal(quantize(.1, 0, "int32")),
                "`steps[4].dtype` is \"int32\", expected int8 or uint8;"));
    for (double scale : {0., -1., 1e-39, 1e39}) {
        CHECK(holds(refusal(quantize(scale, 0, "int8")), "`steps[4].scale`"));
    }
    CHECK(refusal(quantize(1.1754943508222875e-38, 0, "int8")) == "");
    CHECK(refusal(quantize(3.4028234663852886e38, 0, "int8")) == "");
    json early = quantize(.1, 0, "int8");
    early["takes"] = {"resized"};
    json sidecar = onpar::sample_sidecar();
    sidecar["steps"][4] = early;
    CHECK(holds(onpar::why_refused(sidecar),
                "`steps[4].takes[0]` is \"resized\", expected float32 with an axis;"));
}
