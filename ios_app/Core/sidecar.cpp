#include "sidecar.h"

#include <algorithm>

#include "image_prep_reader.h"
#include "input_error.h"
#include "json_value.h"
#include "limits.h"
#include "strict_json.h"
#include "tensor_spec_reader.h"

namespace onpar {
namespace {

/// The version that this code reads.
constexpr const char *version = "onpar-artifact/1";

std::optional<ClassMapSpec> class_map(const JsonValue &map, const std::vector<TensorSpec> &outputs,
                                      bool tensor) {
    if (map.is_null()) {
        return std::nullopt;
    }
    ClassMapSpec spec{map.at("output").name(limits::tensor_name), {}, {}};
    for (const JsonValue &name : map.at("classes").list(1, limits::max_classes)) {
        spec.classes.push_back(name.text());
    }
    const std::size_t count = spec.classes.size();
    for (const JsonValue &colour : map.at("palette").list(count, count)) {
        const std::array<uint8_t, 3> rgb = read_levels(colour);
        spec.palette.push_back(uint32_t{rgb[0]} << 16 | uint32_t{rgb[1]} << 8 | rgb[2]);
    }
    const bool given = std::any_of(outputs.begin(), outputs.end(), [&](const TensorSpec &one) {
        return tensor ? one.name == spec.output && one.dtype == Dtype::float32 &&
                            one.shape.size() == 4 && one.shape[0] == 1 &&
                            one.shape[1] == static_cast<int64_t>(count)
                      : one.name == "classmap" && one.shape.size() == 2;
    });
    if (!given) {
        throw map.at("output").wrong("the name of an output with a score for each of the " +
                                     std::to_string(count) + " classes and each pixel");
    }
    return spec;
}

}  // namespace

Sidecar read_sidecar(const std::vector<uint8_t> &content, const std::string &name) {
    if (content.size() > limits::max_sidecar_bytes) {
        throw InputError(name + ": not a readable sidecar (it has " +
                         std::to_string(content.size()) + " bytes, at most " +
                         std::to_string(limits::max_sidecar_bytes) +
                         " are read); run `onpar export` and copy the .json again");
    }
    const nlohmann::json document = strict_json(name, content);
    const JsonValue root(name, document);
    const std::string found = root.at("version").text();
    if (found != version) {
        throw InputError(name + ": is '" + found + "', this app reads '" + version +
                         "'; update the app, or export again with its onpar");
    }
    Sidecar sidecar;
    sidecar.io = root.at("io").choice(limits::io_kinds);
    const bool tensor = sidecar.takes_tensor();
    const std::size_t most = tensor ? limits::max_tensors : 1;
    const JsonValue model = root.at("model");
    sidecar.file = root.at("file").name(limits::file_name);
    sidecar.sha256 = root.at("sha256").name(limits::sha256_text);
    sidecar.format = root.at("format").text();
    sidecar.engine = root.at("engine").text();
    sidecar.weights_sha256 = root.at("weights_sha256").name(limits::sha256_text);
    sidecar.recipe = model.at("recipe").text();
    sidecar.recipe_sha256 = root.at("recipe_sha256").name(limits::sha256_text);
    sidecar.inputs = read_tensor_specs(root.at("inputs"), most);
    sidecar.outputs = read_tensor_specs(root.at("outputs"), most);
    check_tensor_specs(root, tensor);
    sidecar.prep = read_image_prep(model.at("prep"), sidecar.inputs, tensor);
    sidecar.classmap = class_map(model.at("classmap"), sidecar.outputs, tensor);
    sidecar.cases = read_cases(root.at("cases"), sidecar.prep.has_value());
    return sidecar;
}

}  // namespace onpar
