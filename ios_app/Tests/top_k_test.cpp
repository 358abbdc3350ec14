#include "../Core/steps/top_k.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <stdexcept>

#include "../Core/top_labels.h"
#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::Dtype;
using onpar::floats_of;
using onpar::Tensor;

json top_k(int k, const std::vector<std::string> &labels = {"p", "q", "r", "s"}) {
    return {{"step", "top-k"}, {"makes", {"classes", "values"}}, {"k", k}, {"labels", labels}};
}

std::vector<int32_t> integers(const Tensor &tensor) {
    REQUIRE(tensor.dtype() == Dtype::int32);
    std::vector<int32_t> integers(tensor.bytes().size() / 4);
    std::memcpy(integers.data(), tensor.bytes().data(), tensor.bytes().size());
    return integers;
}

std::string refusal(const json &step, const std::vector<int64_t> &scores = {1, 4}) {
    return onpar::why_refused(onpar::sample_ending(step, scores));
}

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the largest score is first, of equal scores the lower class") {
    const auto step = onpar::last_step(top_k(3), {1, 4});
    const Tensor scores = floats_of({1, 4}, {1, 5, -2, 5});
    const std::vector<Tensor> made = step->compute({&scores});
    CHECK(integers(made[0]) == std::vector<int32_t>{1, 3, 0});
    CHECK(made[1].bytes() == floats_of({3}, {5, 5, 1}).bytes());
    CHECK(step->makes[0].text() == "int32 [3]");
    CHECK(step->makes[1].text() == "float32 [3]");
    const Tensor odd = floats_of({1, 4}, {NAN, 1, NAN, 5});
    CHECK(integers(step->compute({&odd})[0]) == std::vector<int32_t>{3, 1, 0});
    const Tensor fewer = floats_of({1, 3}, {1, 2, 3});
    CHECK_THROWS_AS(step->compute({&fewer}), std::invalid_argument);
}

TEST_CASE("a probe rises by one bit, and a probe has ties") {
    const auto step = onpar::last_step(top_k(3), {1, 4});
    const std::vector<std::vector<Tensor>> probes = step->probes();
    REQUIRE(probes.size() == 2);
    CHECK(probes[0][0].bytes() ==
          floats_of({1, 4}, {-0x1.000006p0f, -0x1.000004p0f, -0x1.000002p0f, -1}).bytes());
    CHECK(probes[1][0].bytes() == floats_of({1, 4}, {-1, -2, -3, -1}).bytes());
    onpar::Tensors tensors;
    onpar::add_probes({step}, tensors);
    CHECK(tensors.size() == 2);
    CHECK(integers(tensors.at("probe.1/classes")) == std::vector<int32_t>{3, 2, 1});
    CHECK(integers(tensors.at("probe.2/classes")) == std::vector<int32_t>{0, 3, 1});
    for (const auto &probe : onpar::last_step(top_k(1, {"p"}), {1, 1})->probes()) {
        CHECK(probe[0].bytes() == floats_of({1, 1}, {-1}).bytes());
    }
}

TEST_CASE("a classifier has a label for every class, and no more places than classes") {
    CHECK(holds(refusal(top_k(5)), "`steps[4].k` is 5, expected an integer of 1 to 4"));
    CHECK(holds(refusal(top_k(0)), "`steps[4].k` is 0"));
    CHECK(holds(refusal(top_k(1), {1, 3}), "`steps[4].labels` is [\"p\",\"q\",\"r\",\"s\"], "));
    CHECK(holds(refusal(top_k(1, {}), {1, 3}), "`steps[4].labels` has 0 items"));
    CHECK(holds(refusal(top_k(1), {1, 4, 1, 1}), "`steps[4].takes[0]` is \"scores\""));
    json one = top_k(1);
    one["makes"] = {"classes"};
    CHECK(holds(refusal(one), "`steps[4].makes` has 1 items, expected 2"));
    one["makes"] = {"classes", "classes"};
    CHECK(holds(refusal(one), "`steps[4].makes[1]` is \"classes\", expected a name that no other"));
}

TEST_CASE("a screen says the labels in their order") {
    const onpar::Chain chain = onpar::read(onpar::sample_ending(top_k(2), {1, 4})).chain;
    const Tensor values = floats_of({2}, {.75f, .25f});
    const std::vector<onpar::TopLabel> labels = onpar::top_labels(
        chain,
        {{"classes", Tensor(Dtype::int32, {2}, {3, 0, 0, 0, 9, 0, 0, 0})}, {"values", values}});
    REQUIRE(labels.size() == 2);
    CHECK(labels[0].name == "s");
    CHECK(labels[0].value == .75);
    CHECK(labels[1].name == "class 9, which the sidecar does not name");
    CHECK(onpar::top_labels(chain, {{"classes", Tensor(Dtype::int64, {2})}, {"values", values}})
              .empty());
    CHECK(onpar::top_labels(onpar::read(onpar::sample_sidecar()).chain, {}).empty());
}
