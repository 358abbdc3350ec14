#pragma once

// A small sidecar for tests of what is read of one, and of sessions.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "../Core/input_error.h"
#include "../Core/sidecar.h"

namespace onpar {

/// A model of a photo 1x2 and two classes of one pixel; its file performs `run`.
inline nlohmann::json sample_sidecar() {
    nlohmann::json sidecar = nlohmann::json::parse(R"({
        "version": "onpar-artifact/2", "file": "m.onnx", "format": "onnx", "io": "tensor",
        "engine": "",
        "inputs": [{"name": "image", "dtype": "float32", "shape": [1, 3, 1, 2]}],
        "outputs": [{"name": "out", "dtype": "float32", "shape": [1, 2, 1, 1]}],
        "steps": [
          {"step": "decode-image", "takes": ["photo"], "makes": ["decoded"]},
          {"step": "resize-image", "takes": ["decoded"], "makes": ["resized"],
            "height": 1, "width": 2, "fit": "stretch", "pad": [0, 0, 0], "shorter": 0,
            "filter": "bilinear", "antialias": true},
          {"step": "normalize", "takes": ["resized"], "makes": ["pixels"],
            "mean": [0, 0, 0], "std": [0.5, 0.5, 0.5],
            "channels": "rgb", "layout": "NCHW", "dtype": "float32"},
          {"step": "run", "takes": ["pixels"], "makes": ["scores"]},
          {"step": "argmax", "takes": ["scores"], "makes": ["classmap"],
            "classes": ["none", "cat"], "palette": [[0, 0, 0], [128, 0, 0]]}],
        "runs": [3, 3],
        "cases": [{"name": "dog", "sources": [{"name": "photo", "file": "dog.jpg"}]}]})");
    sidecar["model"] = {
        {"recipe", "sample"}, {"inputs", sidecar["inputs"]}, {"outputs", sidecar["outputs"]}};
    sidecar["model"]["inputs"][0]["name"] = "pixels";
    sidecar["model"]["outputs"][0]["name"] = "scores";
    const std::string sha(64, 'a');
    for (const char *key : {"sha256", "weights_sha256", "recipe_sha256"}) {
        sidecar[key] = sha;
    }
    sidecar["cases"][0]["sources"][0]["sha256"] = sha;
    return sidecar;
}

inline Sidecar read(const nlohmann::json &sidecar) {
    const std::string text = sidecar.dump();
    return read_sidecar(std::vector<uint8_t>(text.begin(), text.end()), "m.onnx.json");
}

/// The same, of scores of another shape, whose last step is another one; it takes `scores`.
inline nlohmann::json sample_ending(nlohmann::json step, const std::vector<int64_t> &scores) {
    nlohmann::json sidecar = sample_sidecar();
    step["takes"] = {"scores"};
    sidecar["steps"][4] = step;
    sidecar["outputs"][0]["shape"] = sidecar["model"]["outputs"][0]["shape"] = scores;
    return sidecar;
}

/// The step that such a sidecar ends with.
inline std::shared_ptr<const Step> last_step(const nlohmann::json &step,
                                             const std::vector<int64_t> &scores) {
    return read(sample_ending(step, scores)).chain.steps.back();
}

/// Why a sidecar is refused, with its file's name; empty where it is not.
inline std::string why_refused(const nlohmann::json &sidecar) {
    try {
        read(sidecar);
    } catch (const InputError &error) {
        return error.what();
    }
    return "";
}

/// f32 of this shape.
inline Tensor floats_of(std::vector<int64_t> shape, const std::vector<float> &values) {
    Tensor tensor(Dtype::float32, std::move(shape));
    std::copy(values.begin(), values.end(), tensor.floats());
    return tensor;
}

/// The same, of a file that begins with `normalize` and ends with `argmax`.
inline nlohmann::json sample_of_image() {
    nlohmann::json sidecar = sample_sidecar();
    sidecar["io"] = "image";
    sidecar["runs"] = {2, 4};
    sidecar["inputs"][0] = {{"name", "image"}, {"dtype", "uint8"}, {"shape", {1, 2, 3}}};
    sidecar["outputs"][0] = {{"name", "map"}, {"dtype", "uint8"}, {"shape", {1, 1}}};
    return sidecar;
}

}  // namespace onpar
