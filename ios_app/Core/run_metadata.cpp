#include "run_metadata.h"

#include <algorithm>
#include <cstdio>

namespace onpar {
namespace {

/// A list of values that are JSON already, as Python's json.dumps spaces it.
template <typename Json>
std::string list(const std::vector<MeasuredRun> &runs, Json json) {
    std::string text;
    for (const MeasuredRun &run : runs) {
        text += (text.empty() ? "" : ", ") + json(run);
    }
    return "[" + text + "]";
}

}  // namespace

std::string number_text(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3f", value);
    std::string digits = text;
    while (digits.back() == '0' && digits[digits.size() - 2] != '.') {
        digits.pop_back();
    }
    return digits;
}

std::string times_text(const std::vector<MeasuredRun> &runs) {
    return list(runs, [](const MeasuredRun &run) { return number_text(run.milliseconds); });
}

std::string digests_text(const std::vector<MeasuredRun> &runs) {
    return list(runs, [](const MeasuredRun &run) { return "\"" + run.sha256 + "\""; });
}

double median_time(const std::vector<MeasuredRun> &runs) {
    std::vector<double> times;
    for (const MeasuredRun &run : runs) {
        times.push_back(run.milliseconds);
    }
    std::sort(times.begin(), times.end());
    const std::size_t middle = times.size() / 2;
    return times.size() % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}

}  // namespace onpar
