#include "session.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "fit.h"
#include "input_error.h"

namespace onpar {
namespace {

/// Up to this many milliseconds the first run is a warm-up, and every case is run thrice.
constexpr double quick_ms = 300;

/// A number that is not negative, with at most 3 decimals, as Python's str writes a float.
std::string number(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3f", value);
    std::string digits = text;
    while (digits.back() == '0' && digits[digits.size() - 2] != '.') {
        digits.pop_back();
    }
    return digits;
}

/// A list of values that are JSON already, as Python's json.dumps spaces it.
template <typename Json>
std::string list(const std::vector<MeasuredRun> &runs, Json json) {
    std::string text;
    for (const MeasuredRun &run : runs) {
        text += (text.empty() ? "" : ", ") + json(run);
    }
    return "[" + text + "]";
}

double median(const std::vector<MeasuredRun> &runs) {
    std::vector<double> times;
    for (const MeasuredRun &run : runs) {
        times.push_back(run.milliseconds);
    }
    std::sort(times.begin(), times.end());
    const std::size_t middle = times.size() / 2;
    return times.size() % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}

void check_model(const Sidecar &sidecar, const std::string &sha256) {
    if (sha256 != sidecar.sha256) {
        throw InputError(sidecar.file + ": its SHA-256 is " + sha256.substr(0, 12) +
                         "…, its sidecar describes " + sidecar.sha256.substr(0, 12) +
                         "…; copy the model and its .json from the same export");
    }
    if (!sidecar.prep || sidecar.inputs.size() != 1) {
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
    const ImagePrep &prep = *sidecar_.prep;
    RgbImage resized = fit(decoded, prep);
    const Tensors inputs{
        {prep.input, sidecar_.takes_tensor() ? normalise(resized, prep) : resized.tensor()}};
    const std::vector<MeasuredRun> runs = this->runs(inputs);
    Capture capture{metadata(runs), {}};
    capture.metadata["case"] = name;
    capture.metadata["source_sha256"] = source_sha256;
    capture.metadata["captured_at"] = captured_at;
    capture.tensors.emplace("decoded", decoded.tensor());
    capture.tensors.emplace("resized", resized.tensor());
    const Tensors &outputs = runs.back().outputs;
    if (sidecar_.takes_tensor()) {
        // The runner copies what it is given: this is what it got, to the bit.
        capture.tensors.emplace("input/" + prep.input, inputs.at(prep.input));
        if (sidecar_.classmap) {
            const Tensor &scores = outputs.at(sidecar_.classmap->output);
            capture.tensors.emplace("classmap", arg_max(scores));
            capture.tensors.emplace("probe/classmap", arg_max(probe_scores(scores.shape()[1])));
        }
    }
    for (const auto &[output, tensor] : outputs) {
        capture.tensors.emplace((sidecar_.takes_tensor() ? "output/" : "") + output, tensor);
    }
    std::string stage = "rerun/";
    int rank = 1;
    for (const MeasuredRun *other : others(runs)) {
        for (const auto &[output, tensor] : other->outputs) {
            capture.tensors.emplace(stage + output, tensor);
        }
        stage = "rerun." + std::to_string(++rank) + "/";
    }
    return {std::move(capture), std::move(resized), median(runs), static_cast<int>(runs.size())};
}

/// An output that is not what the sidecar says would be taken for another one, or for scores.
MeasuredRun Session::measured_run(const Tensors &inputs) {
    MeasuredRun run = measure(*runner_, inputs);
    std::string got;
    std::string expected;
    for (const auto &[name, tensor] : run.outputs) {
        got += (got.empty() ? "" : ", ") + name + ": " + tensor.text();
    }
    std::map<std::string, std::string> specs;
    for (const TensorSpec &spec : sidecar_.outputs) {
        specs[spec.name] = spec.text();
    }
    for (const auto &[name, spec] : specs) {
        expected += (expected.empty() ? "" : ", ") + name + ": " + spec;
    }
    if (got != expected) {
        throw InputError(sidecar_.file + ": returns " + got + ", its sidecar says " + expected +
                         "; copy the model and its .json from the same export");
    }
    return run;
}

/// The first case decides for all: a slow model is run twice there, which shows whether runs
/// repeat, and once for every other case.
std::vector<MeasuredRun> Session::runs(const Tensors &inputs) {
    std::vector<MeasuredRun> runs;
    if (runs_of_later_cases_ == 0) {
        MeasuredRun first = measured_run(inputs);
        const bool quick = measured_ > 0 || first.milliseconds <= quick_ms;
        warmup_ = quick ? 1 : 0;
        runs_of_later_cases_ = !quick ? 1 : measured_ > 0 ? measured_ : 3;
        if (!quick) {
            runs.push_back(std::move(first));
            runs.push_back(measured_run(inputs));
        }
    }
    while (runs.size() < runs_of_later_cases_) {
        runs.push_back(measured_run(inputs));
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
    metadata["load_ms"] = number(load_ms_);
    metadata["infer_ms"] =
        list(runs, [](const MeasuredRun &run) { return number(run.milliseconds); });
    metadata["output_sha256"] =
        list(runs, [](const MeasuredRun &run) { return "\"" + run.sha256 + "\""; });
    metadata["peak_rss_mb"] = number(place_.peak_rss_mb());
    return metadata;
}

}  // namespace onpar
