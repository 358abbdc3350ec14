#include "session.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "input_error.h"
#include "run_metadata.h"

namespace onpar {
namespace {

/// Up to this many milliseconds the first run is a warm-up, and every case is run thrice.
constexpr double quick_ms = 300;

/// Apps give a model one photo and nothing else.
bool takes_one_photo(const Chain &chain) {
    const auto takes_array = [](const auto &step) { return step->source() == SourceKind::array; };
    return chain.sources().size() == 1 &&
           std::none_of(chain.steps.begin(), chain.steps.end(), takes_array);
}

void check_model(const Sidecar &sidecar, const std::string &sha256) {
    if (sha256 != sidecar.sha256) {
        throw InputError(sidecar.file + ": its SHA-256 is " + sha256.substr(0, 12) +
                         "…, its sidecar describes " + sidecar.sha256.substr(0, 12) +
                         "…; copy the model and its .json from the same export");
    }
    if (!takes_one_photo(sidecar.chain)) {
        std::string names;
        for (const TensorSpec &spec : sidecar.inputs) {
            names += (names.empty() ? "`" : ", `") + spec.name + "`";
        }
        throw InputError(
            sidecar.file + ": takes " + names +
            ", this app gives a model one photo and nothing else; capture it with `onpar "
            "capture`");
    }
}

/// `rerun.N/<tensor>`: the outputs of runs that differ from the last one.
void add_reruns(const std::vector<MeasuredRun> &runs, Tensors &tensors) {
    int rank = 0;
    for (const MeasuredRun *other : others(runs)) {
        const std::string stage = "rerun." + std::to_string(++rank) + "/";
        for (const auto &[name, tensor] : other->outputs) {
            tensors.emplace(stage + name, tensor);
        }
    }
}

}  // namespace

Session::Session(Sidecar sidecar, std::string model_sha256,
                 const std::function<std::unique_ptr<Runner>()> &load, Place place, int threads,
                 int measured)
    : sidecar_(std::move(sidecar)),
      model_sha256_(std::move(model_sha256)),
      place_(std::move(place)),
      threads_(threads),
      measured_(measured) {
    check_model(sidecar_, model_sha256_);
    using Clock = std::chrono::steady_clock;
    const Clock::time_point started = Clock::now();
    runner_ = load();
    load_ms_ = std::chrono::duration<double, std::milli>(Clock::now() - started).count();
}

Segmentation Session::capture(const std::string &name, const RgbImage &decoded,
                              const std::string &source_sha256, const std::string &captured_at) {
    const Chain &chain = sidecar_.chain;
    const Steps before = chain.before();
    const Steps after = chain.after();
    Tensors tensors;
    for (const Steps *steps : {&before, &after}) {
        for (const auto &step : *steps) {
            if (step->source()) {
                tensors.emplace(step->makes.front().name, decoded.tensor());
            }
        }
    }
    perform(before, tensors);
    Tensors inputs;
    for (std::size_t i = 0; i < sidecar_.inputs.size(); i++) {
        Tensor &input = tensors.at(chain.taken()[i].name);
        if (sidecar_.inputs[i].dtype == Dtype::int32) {
            input = as_int32(input);
        }
        // The runner copies what it is given: the capture has what it got, to the bit.
        inputs.emplace(sidecar_.inputs[i].name, input);
    }
    const std::vector<MeasuredRun> runs = this->runs(inputs);
    const Tensors &outputs = runs.back().outputs;
    tensors.insert(outputs.begin(), outputs.end());
    perform(after, tensors);
    add_probes(after, tensors);
    add_reruns(runs, tensors);
    Capture capture{metadata(runs), std::move(tensors)};
    capture.metadata["case"] = name;
    const std::map<std::string, std::string> sources{{chain.sources().front().name, source_sha256}};
    capture.metadata["sources"] = nlohmann::json(sources).dump();
    capture.metadata["captured_at"] = captured_at;
    return {std::move(capture), median_time(runs), static_cast<int>(runs.size())};
}

/// The first case decides for all: a slow model is run twice there, which shows whether runs
/// repeat, and once for every other case.
std::vector<MeasuredRun> Session::runs(const Tensors &inputs) {
    std::vector<MeasuredRun> runs;
    if (runs_of_later_cases_ == 0) {
        MeasuredRun first = measure(*runner_, sidecar_, inputs);
        const bool quick = measured_ > 0 || first.milliseconds <= quick_ms;
        warmup_ = quick ? 1 : 0;
        runs_of_later_cases_ = !quick ? 1 : measured_ > 0 ? measured_ : 3;
        if (!quick) {
            runs.push_back(std::move(first));
            runs.push_back(measure(*runner_, sidecar_, inputs));
        }
    }
    while (runs.size() < runs_of_later_cases_) {
        runs.push_back(measure(*runner_, sidecar_, inputs));
    }
    return runs;
}

std::map<std::string, std::string> Session::metadata(const std::vector<MeasuredRun> &runs) const {
    std::map<std::string, std::string> metadata = place_.extra;
    metadata["recipe"] = sidecar_.recipe;
    metadata["recipe_sha256"] = sidecar_.recipe_sha256;
    metadata["weights_sha256"] = sidecar_.weights_sha256;
    metadata["artifact"] = sidecar_.file;
    metadata["artifact_sha256"] = model_sha256_;
    metadata["target"] = place_.target;
    metadata["runtime"] = runner_->runtime();
    metadata["runtime_version"] = runner_->runtime_version();
    metadata["engine"] = runner_->engine();
    metadata["compute_unit"] = runner_->compute_unit();
    metadata["device"] = place_.device;
    metadata["os"] = place_.os;
    metadata["arch"] = place_.arch;
    metadata["threads"] = std::to_string(threads_);
    metadata["warmup"] = std::to_string(warmup_);
    metadata["load_ms"] = number_text(load_ms_);
    metadata["infer_ms"] = times_text(runs);
    metadata["output_sha256"] = digests_text(runs);
    metadata["peak_rss_mb"] = number_text(place_.peak_rss_mb());
    return metadata;
}

}  // namespace onpar
