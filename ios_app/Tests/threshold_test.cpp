#include "../Core/steps/threshold.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::floats_of;
using Bytes = std::vector<uint8_t>;

json threshold(double above) {
    return {{"step", "threshold"},
            {"makes", {"mask"}},
            {"above", above},
            {"classes", {"background", "person"}},
            {"palette", {{0, 0, 0}, {128, 0, 0}}}};
}

std::string refusal(const json &step, const std::vector<int64_t> &scores = {1, 1, 1, 1}) {
    return onpar::why_refused(onpar::sample_ending(step, scores));
}

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a mask is 1 where the score is above the threshold as float32 has it") {
    const auto step = onpar::last_step(threshold(.1), {1, 2, 2, 1});
    CHECK(step->makes[0].text() == "uint8 [2, 2]");
    const onpar::Tensor scores =
        floats_of({1, 2, 2, 1}, {.1f, std::nextafter(.1f, 1.f), std::nextafter(.1f, 0.f), NAN});
    CHECK(step->compute({&scores}).front().bytes() == Bytes{0, 1, 0, 0});
    const onpar::Tensor other = floats_of({1, 2, 1, 2}, {1, 1, 1, 1});
    CHECK_THROWS_AS(step->compute({&other}), std::invalid_argument);
}

TEST_CASE("the channel of the scores is first or last") {
    CHECK(onpar::last_step(threshold(0), {1, 1, 3, 4})->makes[0].text() == "uint8 [3, 4]");
    CHECK(onpar::last_step(threshold(0), {1, 3, 4, 1})->makes[0].text() == "uint8 [3, 4]");
    CHECK(onpar::last_step(threshold(0), {1, 1, 4, 1})->makes[0].text() == "uint8 [4, 1]");
    CHECK(holds(refusal(threshold(0), {1, 2, 3, 4}), "`steps[4].takes[0]` is \"scores\""));
    CHECK(holds(refusal(threshold(0), {2, 1, 3, 4}), "`steps[4].takes[0]`"));
    CHECK(holds(refusal(threshold(0), {1, 1}), "`steps[4].takes[0]`"));
}

TEST_CASE("the probe is at the threshold and one bit of float32 away from it") {
    for (double above : {.5, -.1, 0.}) {
        const auto step = onpar::last_step(threshold(above), {1, 1, 1, 1});
        const std::vector<onpar::Tensor> probe = step->probes().at(0);
        CHECK(probe[0].floats()[2] == static_cast<float>(above));
        CHECK(step->compute({&probe[0]}).front().text() == "uint8 [1, 5]");
        CHECK(step->compute({&probe[0]}).front().bytes() == Bytes{0, 0, 0, 1, 1});
    }
}

TEST_CASE("a mask has two classes and two colours") {
    json three = threshold(0);
    three["classes"].push_back("more");
    CHECK(holds(refusal(three), "`steps[4].classes` has 3 items, expected 2"));
    json bare = threshold(0);
    bare["palette"] = {{0, 0, 0}};
    CHECK(holds(refusal(bare), "`steps[4].palette` has 1 items, expected 2"));
    CHECK(holds(refusal(threshold(1e39)), "`steps[4].above` is 1e+39, expected a number that fl"));
    json text = threshold(0);
    text["above"] = "0.5";
    CHECK(holds(refusal(text), "`steps[4].above` is \"0.5\""));
}
