// Values are those of numpy, in float32.

#include "../Core/steps/dequantize.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::Dtype;
using onpar::Tensor;
using Bytes = std::vector<uint8_t>;

/// The sample, whose last steps quantize the scores and make floats of them again.
json dequantizing(const char *dtype, const json &scale, const json &zero_point) {
    json sidecar = onpar::sample_ending({{"step", "quantize"},
                                         {"makes", {"scores.q"}},
                                         {"scale", 1},
                                         {"zero_point", 0},
                                         {"dtype", dtype}},
                                        {1, 5});
    sidecar["steps"].push_back({{"step", "dequantize"},
                                {"takes", {"scores.q"}},
                                {"makes", {"again"}},
                                {"scale", scale},
                                {"zero_point", zero_point}});
    return sidecar;
}

std::string refusal(const char *dtype, const json &scale, const json &zero_point) {
    return onpar::why_refused(dequantizing(dtype, scale, zero_point));
}

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an integer becomes its distance from the zero point times the scale") {
    const auto step = onpar::read(dequantizing("int8", .1, 3)).chain.steps.back();
    CHECK(step->makes[0].text() == "float32 [1, 5]");
    const Tensor integers(Dtype::int8, {1, 5}, Bytes{128, 253, 0, 3, 127});
    const Tensor floats = step->compute({&integers}).front();
    CHECK(floats.bytes() == onpar::floats_of({1, 5}, {-13.1f, -.6f, -.3f, 0, 12.400001f}).bytes());
    const auto other = onpar::read(dequantizing("uint8", .017, 128)).chain.steps.back();
    const Tensor levels(Dtype::uint8, {4}, Bytes{0, 127, 128, 255});
    CHECK(other->compute({&levels}).front().bytes() ==
          onpar::floats_of({4}, {-2.176f, -.017f, 0, 2.1590002f}).bytes());
    const Tensor wide(Dtype::int32, {5});
    CHECK_THROWS_AS(step->compute({&wide}), std::invalid_argument);
}

TEST_CASE("dequantize takes int8 or uint8, and needs a scale and a zero point of that type") {
    CHECK(refusal("int8", .1, -128) == "");
    CHECK(refusal("uint8", .1, 255) == "");
    CHECK(holds(refusal("int8", .1, 128), "`steps[5].zero_point` is 128"));
    CHECK(holds(refusal("uint8", .1, -1), "`steps[5].zero_point` is -1"));
    CHECK(holds(refusal("int8", 0, 0), "`steps[5].scale` is 0"));
    CHECK(holds(refusal("int8", "1", 0), "`steps[5].scale` is \"1\""));
    json sidecar = dequantizing("int8", 1, 0);
    sidecar["steps"][5]["takes"] = {"scores"};
    CHECK(holds(onpar::why_refused(sidecar),
                "`steps[5].takes[0]` is \"scores\", expected int8 or uint8 with an axis;"));
    json gone = dequantizing("int8", 1, 0);
    gone["steps"][5].erase("zero_point");
    CHECK(holds(onpar::why_refused(gone), "`steps[5].zero_point`"));
}
