#include "options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "../Core/input_error.h"
#include "../Core/limits.h"

const char *const usage =
    "Usage: ios_capture --model M [--runtime R] [--runs N] [--threads N]\n"
    "       --image I --case C --out F [--image I --case C --out F]...\n"
    "       ios_capture --version\n\n"
    "Runs the iOS app's code on this machine and writes captures.\n\n"
    "  --model    an .onnx, .ort or .ptl file, with its sidecar M.json next to it\n"
    "  --runtime  onnxruntime, libtorch or coreml (default: the first that takes the model)\n"
    "  --image    the photo, a JPEG or PNG\n"
    "  --case     the photo's name in the capture\n"
    "  --out      the capture file to write, .safetensors\n"
    "  --runs     measured runs after a warm-up (default: 3; of a slow model 1)\n"
    "  --threads  for the runtime (default: 0, its own choice)\n\n"
    "With several photos the model is loaded once, and the first photo's time decides how many\n"
    "runs all of them get. After an error the captures of the photos before it are there.\n";

namespace {

using onpar::InputError;
namespace limits = onpar::limits;

const std::vector<std::string> once = {"--model", "--runtime", "--runs", "--threads"};
const std::vector<std::string> each = {"--case", "--image", "--out"};

using Values = std::map<std::string, std::vector<std::string>>;

bool holds(const std::vector<std::string> &words, const std::string &word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

Values values_of(const std::vector<std::string> &words) {
    Values values;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (!holds(once, words[i]) && !holds(each, words[i])) {
            throw InputError("unknown option " + words[i] + "; see --help");
        }
        if (i + 1 == words.size()) {
            throw InputError(words[i] + " has no value; see --help");
        }
        values[words[i]].push_back(words[i + 1]);
    }
    return values;
}

void need(Values &values, const std::string &name) {
    if (values[name].empty() || holds(values[name], "")) {
        throw InputError(name + " is missing; see --help");
    }
}

std::string one(Values &values, const std::string &name) {
    return values[name].empty() ? "" : values[name].front();
}

int count(Values &values, const std::string &name) {
    const std::string text = values[name].empty() ? "0" : values[name].front();
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    if (text.empty() || text.size() > 9 || !digits || std::stoi(text) > limits::max_count) {
        throw InputError(name + ": got '" + text + "', expected a number of 0 to " +
                         std::to_string(limits::max_count) + "; see --help");
    }
    return std::stoi(text);
}

/// It becomes a string of a capture.
void check_case(const std::string &name) {
    try {
        nlohmann::json(name).dump();
    } catch (const nlohmann::json::exception &) {
        throw InputError("--case: its name is not UTF-8; use letters that are");
    }
    if (!limits::case_name.fits(name)) {
        throw InputError("--case: got '" + name + "', expected " + limits::case_name.expected +
                         "; rename the case");
    }
}

}  // namespace

Options parse_options(const std::vector<std::string> &words) {
    Values values = values_of(words);
    for (const std::string &name : each) {
        need(values, name);
    }
    need(values, "--model");
    for (const std::string &name : once) {
        if (values[name].size() > 1) {
            throw InputError(name + " is given twice; see --help");
        }
    }
    Options options;
    options.model = one(values, "--model");
    options.runtime = one(values, "--runtime");
    options.threads = count(values, "--threads");
    options.runs = count(values, "--runs");
    const std::size_t photos = values["--image"].size();
    for (const std::string &name : each) {
        if (values[name].size() != photos) {
            throw InputError(name + " is given " + std::to_string(values[name].size()) +
                             " times and --image " + std::to_string(photos) +
                             " times; each photo has one of each");
        }
    }
    for (std::size_t i = 0; i < photos; i++) {
        check_case(values["--case"][i]);
        options.photographs.push_back(
            {values["--image"][i], values["--case"][i], values["--out"][i]});
    }
    return options;
}
