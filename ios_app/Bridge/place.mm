#include "place.h"

#import <Foundation/Foundation.h>
#if defined(__APPLE__)
#include <TargetConditionals.h>
#endif
#include <sys/resource.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

#import "conversion.h"
#include "platform.h"

namespace onpar {
namespace {

/// To a tenth, of 10⁶ bytes.
double megabytes(double bytes) {
    return static_cast<double>(static_cast<long>(bytes / 1e5 + 0.5)) / 10;
}

#if defined(__APPLE__)

/// getrusage(2): macOS and iOS count bytes.
double peak_rss_mb() {
    struct rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return megabytes(static_cast<double>(usage.ru_maxrss));
}

/// Such as `iOS Version 18.5 (Build 22F76)`. What ran in a simulator must not read as if a phone
/// had.
std::string system() {
#if TARGET_OS_SIMULATOR
    const std::string name = "Simulated iOS ";
#elif TARGET_OS_IPHONE
    const std::string name = "iOS ";
#else
    const std::string name = "macOS ";
#endif
    return name + string([[NSProcessInfo processInfo] operatingSystemVersionString]);
}

/// Such as `iPhone15,2`; in a simulator that of the device that it simulates.
std::string device(const struct utsname &machine) {
    NSString *simulated =
        [[[NSProcessInfo processInfo] environment] objectForKey:@"SIMULATOR_MODEL_IDENTIFIER"];
    return simulated ? "simulated " + string(simulated) : machine.machine;
}

#else

/// The rest of the first line that starts so, without its colon, spaces and quotes.
std::string field(const char *path, const std::string &start) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.compare(0, start.size(), start) == 0) {
            const std::size_t from = line.find_first_not_of("\t :\"", start.size());
            const std::size_t to = line.find_last_not_of(" \"");
            return from == std::string::npos ? "" : line.substr(from, to + 1 - from);
        }
    }
    return "";
}

/// proc(5), VmHWM, in KiB. What getrusage says here is at least the peak of whoever started this
/// process: exec keeps it.
double peak_rss_mb() {
    return megabytes(std::strtod(field("/proc/self/status", "VmHWM").c_str(), nullptr) * 1024);
}

std::string system() {
    struct utsname machine = {};
    uname(&machine);
    const std::string distribution = field("/etc/os-release", "PRETTY_NAME=");
    return std::string(machine.sysname) + " " + machine.release +
           (distribution.empty() ? "" : " (" + distribution + ")");
}

std::string device(const struct utsname &machine) {
    const std::string processor = field("/proc/cpuinfo", "model name");
    return processor.empty() ? machine.machine : processor;
}

#endif

}  // namespace

Place place(const std::string &target) {
    struct utsname machine = {};
    uname(&machine);
    Place place;
    place.target = target;
    place.device = device(machine);
    place.os = system();
#if defined(__APPLE__) && defined(__arm64__)
    // uname says the model on a device.
    place.arch = "arm64";
#else
    place.arch = machine.machine;
#endif
    place.extra["decoder"] = platform_decoder();
    place.peak_rss_mb = peak_rss_mb;
    return place;
}

std::string now() {
    const std::time_t seconds = std::time(nullptr);
    struct tm utc = {};
    gmtime_r(&seconds, &utc);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &utc);
    return text;
}

}  // namespace onpar
