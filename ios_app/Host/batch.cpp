// Many steps of the host in one process, for tests/hosts: the argument is a JSON list of jobs.
//
// Each job has `do` (a function below) and `out`, a capture file of what it gives; where it is
// refused, `out` has the sentence instead.

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "../Bridge/platform.h"
#include "../Core/capture.h"
#include "../Core/chain.h"
#include "../Core/digest.h"
#include "../Core/input_error.h"
#include "../Core/sidecar.h"
#include "../Core/steps/argmax.h"

namespace {

using nlohmann::json;
using onpar::Bytes;
using onpar::Tensor;

Bytes content(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

Tensor tensor(const json &spec) {
    const onpar::DtypeNames *dtype = onpar::dtype_named(spec.at("dtype"));
    return Tensor(dtype->dtype, spec.at("shape"), content(spec.at("file")));
}

onpar::Sidecar sidecar(const json &job) {
    const std::string text = job.at("sidecar");
    return onpar::read_sidecar(Bytes(text.begin(), text.end()), "sample.onnx.json");
}

onpar::Capture decode(const json &job) {
    const std::string path = job.at("file");
    const std::string name = path.substr(path.rfind('/') + 1);
    const auto platform = onpar::platform();
    return {{}, {{"decoded", onpar::decode_photo(content(path), name, *platform).tensor()}}};
}

/// The steps before the file; of the decoded image, which stands for the photo.
onpar::Capture fit(const json &job) {
    const onpar::Chain chain = sidecar(job).chain;
    onpar::Tensors tensors{{"decoded", tensor(job.at("image"))}};
    onpar::perform(chain.before(), tensors);
    const std::string input = chain.taken().front().name;
    return {{}, {{"resized", tensors.at("resized")}, {"input", tensors.at(input)}}};
}

onpar::Tensors tensors(const json &job) {
    onpar::Tensors tensors;
    for (const auto &[name, spec] : job.at("tensors").items()) {
        tensors.emplace(name, tensor(spec));
    }
    return tensors;
}

/// What the steps after the file make of its outputs, and of their probes.
onpar::Capture after(const json &job) {
    const onpar::Steps steps = sidecar(job).chain.after();
    onpar::Tensors made = tensors(job);
    onpar::perform(steps, made);
    onpar::add_probes(steps, made);
    return {{}, std::move(made)};
}

onpar::Capture capture(const json &job) {
    onpar::Capture capture{job.at("metadata"), tensors(job)};
    capture.metadata["digest"] = onpar::sha256(capture.tensors);
    return capture;
}

onpar::Capture made(const json &job) {
    const std::string what = job.at("do");
    if (what == "decode") {
        return decode(job);
    }
    if (what == "fit") {
        return fit(job);
    }
    if (what == "after") {
        return after(job);
    }
    if (what == "classmap") {
        return {{}, {{"classmap", onpar::arg_max(tensor(job.at("scores")))}}};
    }
    if (what == "capture") {
        return capture(job);
    }
    if (what == "sidecar") {
        sidecar(job);
        return {};
    }
    throw std::invalid_argument(job.dump());
}

}  // namespace

int main(int, char **words) {
    for (const json &job : json::parse(content(words[1]))) {
        const std::string out = job.at("out");
        try {
            onpar::write_capture(out, made(job));
        } catch (const onpar::InputError &error) {
            std::ofstream(out) << error.what();
        }
    }
}
