// Which runs are measured and kept; a slow or varying runner shows it.

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "../Core/digest.h"
#include "../Core/input_error.h"
#include "../Core/session.h"
#include "sample_sidecar.h"

namespace {

using onpar::Dtype;
using onpar::Session;
using onpar::Tensor;
using onpar::Tensors;

const std::string sha(64, 'a');
const onpar::RgbImage photo(1, 2, {0, 51, 102, 153, 204, 255});

Tensor floats(const std::vector<float> &values) {
    Tensor tensor(Dtype::float32, {1, static_cast<int64_t>(values.size()), 1, 1});
    std::copy(values.begin(), values.end(), tensor.floats());
    return tensor;
}

/// Gives ±value, another value each run, after a first run that takes some milliseconds.
struct FakeRunner : onpar::Runner {
    FakeRunner(int first_ms, std::vector<float> values)
        : first_ms(first_ms), values(std::move(values)) {}

    std::string runtime() const override { return "fake"; }
    std::string runtime_version() const override { return "1"; }
    std::string engine() const override { return ""; }
    std::string compute_unit() const override { return "CPU"; }

    Tensors run(const Tensors &) override {
        if (runs == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(first_ms));
        }
        const float value = values.at(runs++);
        return {{name, floats({value, -value})}};
    }

    int first_ms;
    std::vector<float> values;
    std::string name = "out";
    std::size_t runs = 0;
};

onpar::Sidecar sidecar() {
    return onpar::read(onpar::sample_sidecar());
}

onpar::Place place() {
    return {"ios-host", "a device", "an os", "an arch", {}, [] { return 1.5; }};
}

Session session(std::unique_ptr<FakeRunner> runner, int measured) {
    return Session(sidecar(), sha, [&] { return std::move(runner); }, place(), 0, measured);
}

Session session(int first_ms, std::vector<float> values, int measured) {
    return session(std::make_unique<FakeRunner>(first_ms, std::move(values)), measured);
}

onpar::Capture captured(Session &session) {
    return session.capture("dog", photo, "aa", "2026-01-02T03:04:05+00:00").capture;
}

std::size_t runs_in(const onpar::Capture &capture) {
    const std::string &list = capture.metadata.at("infer_ms");
    return 1 + std::count(list.begin(), list.end(), ',');
}

}  // namespace

TEST_CASE("a quick model is warmed up once and run thrice") {
    auto runner = std::make_unique<FakeRunner>(0, std::vector<float>(8, 1));
    const FakeRunner &seen = *runner;
    Session one = session(std::move(runner), 0);
    const onpar::Capture first = captured(one);
    CHECK(first.metadata.at("warmup") == "1");
    CHECK(runs_in(first) == 3);
    CHECK(seen.runs == 4);
    captured(one);
    CHECK(seen.runs == 7);
}

TEST_CASE("a slow model is run twice for the first case and once for later ones") {
    Session one = session(310, {1, 1, 1}, 0);
    const onpar::Capture first = captured(one);
    CHECK(first.metadata.at("warmup") == "0");
    CHECK(first.metadata.at("compute_unit") == "CPU");
    CHECK(runs_in(first) == 2);
    CHECK(runs_in(captured(one)) == 1);
}

TEST_CASE("of runs that differ each is shown, the furthest from the last first") {
    Session one = session(0, {9, 4, 1, 2}, 3);
    const onpar::Capture capture = captured(one);
    CHECK(capture.tensors.at("scores").bytes() == floats({2, -2}).bytes());
    CHECK(capture.tensors.at("rerun.1/scores").bytes() == floats({4, -4}).bytes());
    CHECK(capture.tensors.at("rerun.2/scores").bytes() == floats({1, -1}).bytes());
    CHECK(capture.tensors.count("rerun.3/scores") == 0);
}

TEST_CASE("an output that several runs gave is shown once") {
    Session one = session(0, {9, 4, 4, 2}, 3);
    const onpar::Capture capture = captured(one);
    CHECK(capture.tensors.at("rerun.1/scores").bytes() == floats({4, -4}).bytes());
    CHECK(capture.tensors.count("rerun.2/scores") == 0);
}

TEST_CASE("a run that gave NaN is the furthest") {
    Session one = session(0, {9, NAN, 100, 2}, 3);
    CHECK(std::isnan(captured(one).tensors.at("rerun.1/scores").floats()[0]));
}

TEST_CASE("runs that agree leave no rerun") {
    Session one = session(0, {9, 2, 2, 2}, 3);
    CHECK(captured(one).tensors.count("rerun.1/scores") == 0);
}

TEST_CASE("a model of other bytes than the sidecar's is refused") {
    CHECK_THROWS_WITH_AS(
        Session(
            sidecar(), std::string(64, 'b'), [] { return nullptr; }, place(), 0, 0),
        "m.onnx: its SHA-256 is bbbbbbbbbbbb…, its sidecar describes aaaaaaaaaaaa…; copy the model "
        "and its .json from the same export",
        onpar::InputError);
}

TEST_CASE("outputs of other names than the sidecar's are refused") {
    auto runner = std::make_unique<FakeRunner>(0, std::vector<float>(8, 1));
    runner->name = "aux";
    Session one = session(std::move(runner), 0);
    CHECK_THROWS_WITH_AS(captured(one),
                         "m.onnx: returns aux: float32 [1, 2, 1, 1], its sidecar says out: float32 "
                         "[1, 2, 1, 1]; copy "
                         "the model and its .json from the same export",
                         onpar::InputError);
}
