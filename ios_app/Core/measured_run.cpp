#include "measured_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "digest.h"
#include "input_error.h"

namespace onpar {
namespace {

/// Item i of these bytes, which need not be aligned for it.
template <typename Item>
double item(const std::vector<uint8_t> &bytes, std::size_t i) {
    Item value;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    return static_cast<double>(value);
}

template <typename Item>
double largest(const std::vector<uint8_t> &some, const std::vector<uint8_t> &others) {
    double most = 0;
    for (std::size_t i = 0; i < some.size() / sizeof(Item); i++) {
        const double off = std::abs(item<Item>(some, i) - item<Item>(others, i));
        most = std::max(most, std::isnan(off) ? INFINITY : off);
    }
    return most;
}

double largest(const Tensor &some, const Tensor &others) {
    if (some.dtype() != others.dtype() || some.shape() != others.shape()) {
        return INFINITY;
    }
    switch (some.dtype()) {
        case Dtype::uint8:
            return largest<uint8_t>(some.bytes(), others.bytes());
        case Dtype::int8:
            return largest<int8_t>(some.bytes(), others.bytes());
        case Dtype::float32:
            return largest<float>(some.bytes(), others.bytes());
        case Dtype::int32:
            return largest<int32_t>(some.bytes(), others.bytes());
        case Dtype::int64:
            return largest<int64_t>(some.bytes(), others.bytes());
    }
    return INFINITY;
}

/// An output that is not what the sidecar says would be taken for another one, or for scores.
void check_outputs(const Sidecar &sidecar, const Tensors &outputs) {
    std::string got;
    std::string expected;
    for (const auto &[name, tensor] : outputs) {
        got += (got.empty() ? "" : ", ") + name + ": " + tensor.text();
    }
    std::map<std::string, std::string> specs;
    for (const TensorSpec &spec : sidecar.outputs) {
        specs[spec.name] = spec.text();
    }
    for (const auto &[name, spec] : specs) {
        expected += (expected.empty() ? "" : ", ") + name + ": " + spec;
    }
    if (got != expected) {
        throw InputError(sidecar.file + ": returns " + got + ", its sidecar says " + expected +
                         "; copy the model and its .json from the same export");
    }
}

}  // namespace

MeasuredRun measure(Runner &runner, const Sidecar &sidecar, const Tensors &inputs) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point started = Clock::now();
    Tensors outputs = runner.run(inputs);
    const std::chrono::duration<double, std::milli> taken = Clock::now() - started;
    check_outputs(sidecar, outputs);
    Tensors given;
    for (std::size_t i = 0; i < sidecar.outputs.size(); i++) {
        given.emplace(sidecar.chain.given()[i].name,
                      std::move(outputs.at(sidecar.outputs[i].name)));
    }
    std::string digest = sha256(given);
    return {std::move(given), std::move(digest), taken.count()};
}

std::vector<const MeasuredRun *> others(const std::vector<MeasuredRun> &runs) {
    const MeasuredRun &last = runs.back();
    std::vector<std::pair<double, const MeasuredRun *>> found;
    std::set<std::string> seen{last.sha256};
    for (const MeasuredRun &run : runs) {
        if (!seen.insert(run.sha256).second) {
            continue;
        }
        double off = 0;
        for (const auto &[name, tensor] : run.outputs) {
            const auto other = last.outputs.find(name);
            off = std::max(off,
                           other == last.outputs.end() ? INFINITY : largest(tensor, other->second));
        }
        found.emplace_back(off, &run);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    std::vector<const MeasuredRun *> others;
    for (const auto &[off, run] : found) {
        others.push_back(run);
    }
    return others;
}

}  // namespace onpar
