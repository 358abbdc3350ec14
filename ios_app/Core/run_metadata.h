#pragma once

#include <string>
#include <vector>

#include "measured_run.h"

namespace onpar {

/// A number that is not negative, with at most 3 decimals, as Python's str writes a float.
std::string number_text(double value);

/// The times of the runs in milliseconds, and the digests of their outputs: a JSON list, as
/// Python's json.dumps spaces it.
std::string times_text(const std::vector<MeasuredRun> &runs);
std::string digests_text(const std::vector<MeasuredRun> &runs);

/// The median of their times, in milliseconds.
double median_time(const std::vector<MeasuredRun> &runs);

}  // namespace onpar
