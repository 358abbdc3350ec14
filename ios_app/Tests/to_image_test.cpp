// Values are those of numpy, each operation in float32.

#include "../Core/steps/to_image.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "../Core/class_picture.h"
#include "../Core/made_picture.h"
#include "../Core/rgba.h"
#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::floats_of;
using Bytes = std::vector<uint8_t>;

json to_image(double scale, double offset, const char *layout = "NCHW") {
    return {{"step", "to-image"},
            {"makes", {"picture"}},
            {"scale", scale},
            {"offset", offset},
            {"layout", layout}};
}

Bytes picture(const json &step, const std::vector<int64_t> &shape,
              const std::vector<float> &values) {
    const onpar::Tensor floats = floats_of(shape, values);
    return onpar::last_step(step, shape)->compute({&floats}).front().bytes();
}

/// The levels of one channel.
Bytes levels(double scale, double offset, const std::vector<float> &values) {
    const Bytes gray =
        picture(to_image(scale, offset), {1, 1, 1, static_cast<int64_t>(values.size())}, values);
    Bytes levels;
    for (std::size_t i = 0; i < gray.size(); i += 3) {
        CHECK(gray[i + 1] == gray[i]);
        CHECK(gray[i + 2] == gray[i]);
        levels.push_back(gray[i]);
    }
    return levels;
}

std::string refusal(const json &step, const std::vector<int64_t> &shape = {1, 3, 2, 2}) {
    return onpar::why_refused(onpar::sample_ending(step, shape));
}

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a level is the float scaled, moved and rounded down, between 0 and 255") {
    CHECK(levels(255, .5, {0, 1, .5f, .1f, -.1f, 2, NAN, INFINITY, -INFINITY, 1e38f}) ==
          Bytes{0, 255, 128, 26, 0, 255, 0, 255, 0, 255});
    CHECK(levels(127.5, 128, {-1, 1, 0, .25f, -.25f, .999f, -1.5f, 1.5f}) ==
          Bytes{0, 255, 128, 159, 96, 255, 0, 255});
}

TEST_CASE("the product is rounded to float32 before the sum") {
    // In doubles, or by a fused multiply and add, it is 155.
    CHECK(levels(255, .5, {.6098039150238037f}) == Bytes{156});
}

TEST_CASE("channels are first or last, and become the last axis") {
    const std::vector<float> values{1, 2, 3, 4, 5, 6};
    CHECK(picture(to_image(1, 0), {1, 3, 1, 2}, values) == Bytes{1, 3, 5, 2, 4, 6});
    CHECK(picture(to_image(1, 0, "NHWC"), {1, 1, 2, 3}, values) == Bytes{1, 2, 3, 4, 5, 6});
    CHECK(picture(to_image(1, 0, "NHWC"), {1, 1, 2, 1}, {1, 2}) == Bytes{1, 1, 1, 2, 2, 2});
    const auto step = onpar::last_step(to_image(1, 0), {1, 3, 4, 5});
    CHECK(step->makes[0].text() == "uint8 [4, 5, 3]");
    const onpar::Tensor two = floats_of({1, 2, 1, 1}, {1, 2});
    CHECK_THROWS_AS(step->compute({&two}), std::invalid_argument);
}

TEST_CASE("to-image needs one or three channels, a scale that is not 0, and a known layout") {
    CHECK(refusal(to_image(-1, -1)) == "");
    CHECK(
        holds(refusal(to_image(0, 0)), "`steps[4].scale` is 0.0, expected a number that is not 0"));
    CHECK(
        holds(refusal(to_image(1e-46, 0)), "`steps[4].scale` is 1e-46, expected a number that is"));
    CHECK(holds(refusal(to_image(1e39, 0)), "`steps[4].scale` is 1e+39"));
    CHECK(holds(refusal(to_image(1, -1e39)), "`steps[4].offset` is -1e+39"));
    CHECK(holds(refusal(to_image(1, 0, "CHW")), "`steps[4].layout` is \"CHW\""));
    CHECK(holds(refusal(to_image(1, 0, "NHWC")), "`steps[4].takes[0]` is \"scores\""));
    for (const std::vector<int64_t> &shape :
         {std::vector<int64_t>{1, 2, 3, 3}, {2, 3, 1, 1}, {3, 1, 1}, {1, 1, 8000, 5001}}) {
        CHECK(holds(refusal(to_image(1, 0), shape), "`steps[4].takes[0]` is \"scores\""));
    }
    CHECK(refusal(to_image(1, 0), {1, 1, 8000, 5000}) == "");
}

TEST_CASE("a screen shows the picture that the last step makes") {
    const onpar::Chain chain =
        onpar::read(onpar::sample_ending(to_image(1, 0), {1, 3, 2, 2})).chain;
    const auto picture = onpar::made_picture(chain);
    REQUIRE(picture.has_value());
    CHECK(picture->name == "picture");
    CHECK(picture->stretched);
    CHECK_FALSE(onpar::class_picture(chain).has_value());
    CHECK_FALSE(onpar::made_picture(onpar::read(onpar::sample_sidecar()).chain).has_value());
    CHECK(onpar::rgba(onpar::RgbImage(1, 2, {1, 2, 3, 4, 5, 6})) ==
          Bytes{1, 2, 3, 255, 4, 5, 6, 255});
}
