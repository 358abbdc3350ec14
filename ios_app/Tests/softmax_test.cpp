// Values are those of parity/contract/steps/softmax.py and sigmoid.py.

#include "../Core/steps/softmax.h"

#include <doctest/doctest.h>

#include "../Core/steps/sigmoid.h"
#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::floats_of;

json softmax(int axis) {
    return {{"step", "softmax"}, {"makes", {"p"}}, {"axis", axis}};
}

}  // namespace

TEST_CASE("a softmax along each axis, of scores of any size") {
    const onpar::Tensor scores = floats_of({2, 3}, {1, 2, 3, -1000, 0, 1000});
    CHECK(onpar::soft_max(scores, 1).bytes() ==
          floats_of({2, 3}, {0x1.70c3e6p-4f, 0x1.f53434p-3f, 0x1.549a76p-1f, 0, 0, 1}).bytes());
    CHECK(onpar::soft_max(scores, 0).bytes() ==
          floats_of({2, 3}, {1, 0x1.c2f7d6p-1f, 0, 0, 0x1.e84152p-4f, 1}).bytes());
}

TEST_CASE("a softmax's axis is one of the tensor's") {
    const auto step = onpar::last_step(softmax(3), {1, 3, 2, 5});
    CHECK(step->makes[0].text() == "float32 [1, 3, 2, 5]");
    for (int axis : {-1, 4}) {
        CHECK(onpar::why_refused(onpar::sample_ending(softmax(axis), {1, 3, 2, 5})) ==
              "m.onnx.json: `steps[4].axis` is " + std::to_string(axis) +
                  ", expected an integer of 0 to 3; export again with this onpar");
    }
    CHECK(onpar::why_refused(onpar::sample_ending(softmax(0), {})).find("`steps[4].takes[0]`") !=
          std::string::npos);
}

TEST_CASE("exponentials of the probes overflow, or are all zero") {
    onpar::Tensors tensors;
    const auto step = onpar::last_step(softmax(1), {2, 3, 4});
    const std::vector<std::vector<onpar::Tensor>> probes = step->probes();
    REQUIRE(probes.size() == 2);
    CHECK(probes[0][0].bytes() == floats_of({1, 3, 1}, {1000, -1000, -1000}).bytes());
    CHECK(probes[1][0].bytes() == floats_of({1, 3, 1}, {-3000, -3000, -1000}).bytes());
    const json sigmoid{{"step", "sigmoid"}, {"makes", {"s"}}};
    onpar::add_probes({step, onpar::last_step(sigmoid, {1, 7})}, tensors);
    CHECK(tensors.size() == 3);
    CHECK(tensors.at("probe.1/p").bytes() == floats_of({1, 3, 1}, {1, 0, 0}).bytes());
    CHECK(tensors.at("probe.2/p").bytes() == floats_of({1, 3, 1}, {0, 0, 1}).bytes());
    CHECK(tensors.at("probe.1/s").text() == "float32 [1, 3]");
    CHECK(tensors.at("probe.1/s").bytes() == floats_of({1, 3}, {0, .5f, 1}).bytes());
}

TEST_CASE("a sigmoid of logits of any size") {
    const onpar::Tensor logits = floats_of({7}, {-1000, -90, -2, 0, .5f, 2, 1000});
    CHECK(onpar::sigmoid(logits).bytes() == floats_of({7}, {0, 0x1.1d85p-130f, 0x1.e84152p-4f, .5f,
                                                            0x1.3eb2fep-1f, 0x1.c2f7d6p-1f, 1})
                                                .bytes());
    const json step{{"step", "sigmoid"}, {"makes", {"p"}}};
    CHECK(onpar::last_step(step, {2, 1})->makes[0].text() == "float32 [2, 1]");
    CHECK(onpar::why_refused(onpar::sample_ending(step, {})).find("`steps[4].takes[0]`") !=
          std::string::npos);
}
