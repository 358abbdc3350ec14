#include "sidecar.h"

#include "chain_check.h"
#include "chain_reader.h"
#include "input_error.h"
#include "json_value.h"
#include "limits.h"
#include "strict_json.h"
#include "tensor_spec_reader.h"

namespace onpar {
namespace {

/// The version that this code reads.
constexpr const char *version = "onpar-artifact/2";

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
    // A label: what the file performs is in `runs`.
    root.at("io").choice(limits::io_kinds);
    const JsonValue model = root.at("model");
    Sidecar sidecar;
    sidecar.file = root.at("file").name(limits::file_name);
    sidecar.sha256 = root.at("sha256").name(limits::sha256_text);
    sidecar.format = root.at("format").text();
    sidecar.engine = root.at("engine").text();
    sidecar.weights_sha256 = root.at("weights_sha256").name(limits::sha256_text);
    sidecar.recipe = model.at("recipe").text();
    sidecar.recipe_sha256 = root.at("recipe_sha256").name(limits::sha256_text);
    sidecar.inputs = read_tensor_specs(root.at("inputs"));
    sidecar.outputs = read_tensor_specs(root.at("outputs"));
    check_names_differ(root);
    check_names_differ(model);
    sidecar.chain = read_chain(root);
    check_file_tensors(root, sidecar.chain, sidecar.inputs, sidecar.outputs);
    sidecar.cases = read_cases(root.at("cases"), sidecar.chain.sources());
    return sidecar;
}

}  // namespace onpar
