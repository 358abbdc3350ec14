#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture.h"
#include "measured_run.h"
#include "rgb_image.h"
#include "runner.h"
#include "sidecar.h"

namespace onpar {

/// Where a capture is made, as its metadata names it.
struct Place {
    /// As `onpar targets` names it: what ran on a host must not read as if a phone had passed.
    std::string target;
    std::string device;
    std::string os;
    std::string arch;

    /// Metadata of its own, such as who decoded the photo.
    std::map<std::string, std::string> extra;

    /// Peak resident memory of this process so far, in megabytes (10⁶ bytes); 0 if not known.
    std::function<double()> peak_rss_mb;
};

/// What one photo became.
struct Segmentation {
    Capture capture;

    /// The median of the measured runs, and how many they are.
    double milliseconds;
    int runs;
};

/// A model on a runtime in a place, ready to capture cases, one after another.
///
/// The loop over the chain, and which runs are measured, are those of
/// pipeline/capture/capture_job.py.
class Session {
public:
    /// Load a model.
    ///
    /// `model_sha256` is the digest of the very bytes that are to be run. `threads` are for the
    /// runtime, 0: its own choice. `measured` runs a case, after one warm-up; 0: as many as the
    /// first run's time allows. Throws InputError where the sidecar describes another model, the
    /// runtime does not take it, or its chain takes more than a photo.
    Session(Sidecar sidecar, std::string model_sha256,
            const std::function<std::unique_ptr<Runner>()> &load, Place place, int threads,
            int measured);

    /// Perform the steps of the chain, those inside the file by running it.
    ///
    /// `name` is the case's, `source_sha256` the digest of the photo's file, `captured_at` the time
    /// in ISO 8601, UTC. Throws InputError where the runtime fails, or returns other than the
    /// sidecar says.
    Segmentation capture(const std::string &name, const RgbImage &decoded,
                         const std::string &source_sha256, const std::string &captured_at);

    const Sidecar &sidecar() const { return sidecar_; }

private:
    std::vector<MeasuredRun> runs(const Tensors &inputs);
    std::map<std::string, std::string> metadata(const std::vector<MeasuredRun> &runs) const;

    Sidecar sidecar_;
    std::string model_sha256_;
    Place place_;
    int threads_;
    int measured_;
    std::unique_ptr<Runner> runner_;
    double load_ms_ = 0;
    int warmup_ = 0;
    std::size_t runs_of_later_cases_ = 0;
};

}  // namespace onpar
