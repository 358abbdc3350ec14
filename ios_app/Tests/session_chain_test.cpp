// What a session performs of a chain itself, and what of it is in the capture.

#include <doctest/doctest.h>

#include <cmath>

#include "../Core/digest.h"
#include "../Core/input_error.h"
#include "../Core/session.h"
#include "sample_sidecar.h"

namespace {

using onpar::Dtype;
using onpar::Session;
using onpar::Tensor;
using onpar::Tensors;
using Bytes = std::vector<uint8_t>;

const onpar::RgbImage photo(1, 2, {0, 51, 102, 153, 204, 255});

/// Gives the same outputs every run.
struct SteadyRunner : onpar::Runner {
    explicit SteadyRunner(Tensors outputs) : outputs(std::move(outputs)) {}

    std::string runtime() const override { return "steady"; }
    std::string runtime_version() const override { return "1"; }
    std::string engine() const override { return ""; }
    std::string compute_unit() const override { return "CPU"; }

    Tensors run(const Tensors &inputs) override {
        CHECK(inputs.size() == 1);
        CHECK(inputs.count("image") == 1);
        return outputs;
    }

    Tensors outputs;
};

Session session(const nlohmann::json &sidecar, const Tensors &outputs) {
    return Session(
        onpar::read(sidecar), std::string(64, 'a'),
        [&] { return std::make_unique<SteadyRunner>(outputs); },
        {"ios-host", "a device", "an os", "an arch", {}, [] { return 1.5; }}, 0, 1);
}

onpar::Capture captured(const nlohmann::json &sidecar, const Tensors &outputs) {
    return session(sidecar, outputs)
        .capture("dog", photo, "aa", "2026-01-02T03:04:05+00:00")
        .capture;
}

/// Scores of one pixel, of which class 1 has the most.
Tensors scores() {
    Tensor scores(Dtype::float32, {1, 2, 1, 1});
    scores.floats()[1] = 3;
    return {{"out", scores}};
}

}  // namespace

TEST_CASE("what the file takes is the photo, normalised, channel by channel") {
    const onpar::Capture capture = captured(onpar::sample_sidecar(), scores());
    CHECK(capture.tensors.at("decoded").bytes() == photo.pixels);
    CHECK(capture.tensors.at("resized").bytes() == photo.pixels);
    const float *pixels = capture.tensors.at("pixels").floats();
    const float expected[] = {0, 1.2f, .4f, 1.6f, .8f, 2};
    for (int i = 0; i < 6; i++) {
        CHECK(std::abs(pixels[i] - expected[i]) < 1e-6);
    }
}

TEST_CASE("the steps after the file are the app's, and are probed") {
    const onpar::Capture capture = captured(onpar::sample_sidecar(), scores());
    CHECK(capture.tensors.size() == 6);
    CHECK(capture.tensors.at("scores").bytes() == scores().at("out").bytes());
    CHECK(capture.tensors.at("classmap").bytes() == Bytes{1});
    CHECK(capture.tensors.at("probe.1/classmap").bytes() == Bytes{0, 0, 0, 0, 1, 1, 1, 1});
    CHECK(capture.metadata.at("sources") == R"({"photo":"aa"})");
}

TEST_CASE("of a file that performs more steps only the ends are in the capture") {
    const Tensors map{{"map", Tensor(Dtype::uint8, {1, 1}, Bytes{1})}};
    const onpar::Capture capture = captured(onpar::sample_of_image(), map);
    CHECK(capture.tensors.size() == 3);
    CHECK(capture.tensors.at("resized").bytes() == photo.pixels);
    CHECK(capture.tensors.at("classmap").bytes() == Bytes{1});
    const std::string digest = onpar::sha256(Bytes{1});
    CHECK(capture.metadata.at("output_sha256") == "[\"" + digest + "\"]");
}

TEST_CASE("digests are of the outputs by the names of the chain") {
    nlohmann::json two = onpar::sample_sidecar();
    const nlohmann::json aux{{"name", "zzz"}, {"dtype", "float32"}, {"shape", {1}}};
    two["outputs"].push_back(aux);
    two["model"]["outputs"].push_back(aux);
    two["model"]["outputs"][1]["name"] = "aux";
    two["steps"][3]["makes"] = {"scores", "aux"};
    Tensors outputs = scores();
    outputs.emplace("zzz", Tensor(Dtype::float32, {1}, Bytes{1, 2, 3, 4}));
    // In the file `out` is first, in the chain `aux`.
    const std::string digest =
        onpar::sha256(Tensors{{"aux", outputs.at("zzz")}, {"scores", outputs.at("out")}});
    CHECK(captured(two, outputs).metadata.at("output_sha256") == "[\"" + digest + "\"]");
}

TEST_CASE("levels are given and captured as int32 where the file takes that") {
    nlohmann::json sidecar = onpar::sample_sidecar();
    nlohmann::json &normalize = sidecar["steps"][2];
    normalize["mean"] = normalize["std"] = nlohmann::json::array();
    normalize["dtype"] = sidecar["model"]["inputs"][0]["dtype"] = "uint8";
    sidecar["inputs"][0]["dtype"] = "int32";
    const Tensor pixels = captured(sidecar, scores()).tensors.at("pixels");
    CHECK(pixels.text() == "int32 [1, 3, 1, 2]");
    CHECK(pixels.bytes() ==
          Bytes{0, 0, 0, 0, 153, 0, 0, 0, 51, 0, 0, 0, 204, 0, 0, 0, 102, 0, 0, 0, 255, 0, 0, 0});
}

TEST_CASE("a model that takes more than a photo is refused") {
    nlohmann::json two = onpar::sample_sidecar();
    const nlohmann::json person{{"name", "person"}, {"dtype", "int64"}, {"shape", {1}}};
    two["inputs"].push_back(person);
    two["model"]["inputs"].push_back(person);
    nlohmann::json given = person;
    given["step"] = "given";
    given["takes"] = given["makes"] = {"person"};
    two["steps"].insert(two["steps"].begin(), given);
    two["steps"][4]["takes"].push_back("person");
    two["runs"] = {4, 4};
    two["cases"] = nlohmann::json::array();
    CHECK_THROWS_WITH_AS(
        session(two, {}),
        "m.onnx: takes `image`, `person`, this app gives a model one photo and nothing else; "
        "capture it with `onpar capture`",
        onpar::InputError);
}
