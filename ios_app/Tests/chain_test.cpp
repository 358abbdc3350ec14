// Which chains are read, and what of them the file performs.

#include <doctest/doctest.h>

#include "../Core/chain.h"
#include "../Core/class_picture.h"
#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::Tensor;

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

/// The sample's steps, and one more.
json with_step(const json &step) {
    json sidecar = onpar::sample_sidecar();
    sidecar["steps"].push_back(step);
    return sidecar;
}

}  // namespace

TEST_CASE("a file takes what its steps take and no step inside it makes") {
    const onpar::Chain tensor = onpar::read(onpar::sample_sidecar()).chain;
    CHECK(tensor.taken().size() == 1);
    CHECK(tensor.taken()[0].name == "pixels");
    CHECK(tensor.given()[0].name == "scores");
    const onpar::Chain image = onpar::read(onpar::sample_of_image()).chain;
    CHECK(image.taken().size() == 1);
    CHECK(image.taken()[0].name == "resized");
    CHECK(image.given()[0].name == "classmap");
    CHECK(image.before().size() == 2);
    CHECK(image.after().size() == 0);
}

TEST_CASE("an unknown kind of step is named, with those that this app knows") {
    const json equalize{{"step", "equalize"}, {"takes", {"scores"}}, {"makes", {"p"}}};
    CHECK(
        onpar::why_refused(with_step(equalize)) ==
        "m.onnx.json: `steps[5].step` is \"equalize\", expected a kind of step that this app knows "
        "(given, decode-image, resize-image, normalize, quantize, run, dequantize, softmax, "
        "sigmoid, argmax, threshold, top-k, to-image); update the app, or export again with its "
        "onpar");
}

TEST_CASE("a chain has one network") {
    const json second{{"step", "run"}, {"takes", {"scores"}}, {"makes", {"more"}}};
    CHECK(holds(onpar::why_refused(with_step(second)), "expected exactly one step run, not 2; "));
    json none = onpar::sample_sidecar();
    none["steps"].erase(3);
    CHECK(holds(onpar::why_refused(none), "expected exactly one step run, not 0; "));
}

TEST_CASE("a step takes only what earlier steps make, and makes it once") {
    json early = onpar::sample_sidecar();
    early["steps"][1]["takes"] = {"pixels"};
    CHECK(holds(onpar::why_refused(early),
                "`steps[1].takes[0]` is \"pixels\", expected a tensor that an ea"));
    json twice = onpar::sample_sidecar();
    twice["steps"][1]["makes"] = {"decoded"};
    CHECK(holds(onpar::why_refused(twice),
                "`steps[1].makes[0]` is \"decoded\", expected a name that no oth"));
    const json given{{"step", "given"},
                     {"takes", {"scores"}},
                     {"makes", {"scores.q"}},
                     {"shape", {1}},
                     {"dtype", "int64"}};
    json array = with_step(given);
    array["cases"] = json::array();
    CHECK(onpar::why_refused(array) == "");
    array["steps"][5]["dtype"] = "int8";
    CHECK(onpar::why_refused(array) == "");
}

TEST_CASE("the network is inside the file") {
    json sidecar = onpar::sample_sidecar();
    for (const json &runs : {json{4, 4}, json{0, 2}, json{3, 5}, json{4, 3}, json{3}}) {
        sidecar["runs"] = runs;
        CAPTURE(runs.dump());
        CHECK(holds(onpar::why_refused(sidecar), "`runs"));
    }
}

TEST_CASE("a file of other shapes than the chain's is refused") {
    json sidecar = onpar::sample_of_image();
    sidecar["outputs"][0]["shape"] = {2, 1};
    CHECK(holds(onpar::why_refused(sidecar),
                "`outputs[0].shape` is [2,1], expected the shape of classmap"));
    sidecar = onpar::sample_of_image();
    sidecar["inputs"][0]["dtype"] = "int32";
    CHECK(holds(onpar::why_refused(sidecar),
                "`inputs[0].dtype` is \"int32\", expected that of resized"));
    sidecar = onpar::sample_sidecar();
    sidecar["steps"][1]["height"] = 2;
    CHECK(holds(onpar::why_refused(sidecar),
                "`model.inputs[0].shape` is [1,3,1,2], expected the shape of"));
}

TEST_CASE("a case has the sources that the chain takes") {
    json sidecar = onpar::sample_sidecar();
    json &sources = sidecar["cases"][0]["sources"];
    sources[0]["file"] = "";
    CHECK(holds(onpar::why_refused(sidecar), "`cases[0].sources[0].file` is \"\""));
    sources[0]["name"] = "image";
    CHECK(holds(onpar::why_refused(sidecar),
                "`cases[0].sources[0].name` is \"image\", expected photo, "));
    sources.clear();
    CHECK(holds(onpar::why_refused(sidecar), "`cases[0].sources` has 0 items, expected 1; "));
}

TEST_CASE("the steps make tensors of the photo, and leave out those that are there") {
    const onpar::Chain chain = onpar::read(onpar::sample_sidecar()).chain;
    onpar::Tensors tensors{{"decoded", Tensor(onpar::Dtype::uint8, {4, 4, 3})}};
    onpar::perform(chain.before(), tensors);
    CHECK(tensors.size() == 3);
    CHECK(tensors.at("resized").text() == "uint8 [1, 2, 3]");
    CHECK(tensors.at("pixels").text() == "float32 [1, 3, 1, 2]");
    CHECK_THROWS_WITH_AS(onpar::perform(chain.after(), tensors),
                         "the step that makes `classmap` takes `scores`, which is only inside the "
                         "model's file; export again",
                         onpar::InputError);
}

TEST_CASE("a screen draws the classes over the photo as the model saw it") {
    const auto picture = onpar::class_picture(onpar::read(onpar::sample_of_image()).chain);
    REQUIRE(picture.has_value());
    CHECK(picture->photo == "resized");
    CHECK(picture->classmap == "classmap");
    CHECK(picture->palette[1] == 0x800000);
    CHECK(picture->stretched);
    json scores = onpar::sample_sidecar();
    scores["steps"].erase(4);
    CHECK_FALSE(onpar::class_picture(onpar::read(scores).chain).has_value());
}

TEST_CASE("a mask is drawn as a class map of two classes is") {
    const json mask{{"step", "threshold"},
                    {"makes", {"mask"}},
                    {"above", 0.5},
                    {"classes", {"background", "person"}},
                    {"palette", {{0, 0, 0}, {1, 2, 3}}}};
    const auto picture =
        onpar::class_picture(onpar::read(onpar::sample_ending(mask, {1, 1, 1, 1})).chain);
    REQUIRE(picture.has_value());
    CHECK(picture->classmap == "mask");
    CHECK(picture->classes == std::vector<std::string>{"background", "person"});
    CHECK(picture->palette[1] == 0x010203);
}

TEST_CASE("a network takes the type that the steps make") {
    json sidecar = onpar::sample_sidecar();
    sidecar["model"]["inputs"][0]["dtype"] = "uint8";
    CHECK(holds(onpar::why_refused(sidecar),
                "`model.inputs[0].dtype` is \"uint8\", expected that of pixels, float32"));
}
