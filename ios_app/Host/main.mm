// The iOS app's code on this machine: photos through one model, into capture files.

#import <Foundation/Foundation.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#import "../Bridge/ONPSession.h"
#import "../Bridge/conversion.h"
#include "../Bridge/platform.h"
#import "../Bridge/pool.h"
#include "../Bridge/problem.h"
#include "../Core/artifact.h"
#include "../Core/input_error.h"
#include "../Core/limits.h"
#include "options.h"

namespace {

using onpar::InputError;

/// Bytes. ONNX Runtime matches this process's command line recursively when it starts: of some
/// 30,000 characters, which 200 photos have, the usual 8 MB of stack overflow.
constexpr std::size_t stack = std::size_t{1} << 29;

/// What a method says that returned nothing.
void check(bool done, NSError *error) {
    if (!done) {
        throw InputError(onpar::string([error localizedDescription]));
    }
}

void capture(ONPSession *session, const Photograph &one) {
    const std::vector<uint8_t> file =
        onpar::read_file(one.image, "a JPEG or PNG; give a photo", onpar::limits::max_photo_bytes);
    NSData *content = [NSData dataWithBytesNoCopy:const_cast<uint8_t *>(file.data())
                                           length:file.size()
                                     freeWhenDone:NO];
    NSError *error = nil;
    ONPPhoto *photo = [ONPPhoto photoWithFile:content
                                         name:onpar::ns_string(one.image)
                                        error:&error];
    check(photo, error);
    ONPResult *result = [session segment:photo caseName:onpar::ns_string(one.name) error:&error];
    check(result, error);
    check([result writeCaptureTo:onpar::ns_string(one.out) error:&error], error);
}

void run(const Options &options) {
    NSError *error = nil;
    ONPSession *session = [[[ONPSession alloc] initWithModelAt:onpar::ns_string(options.model)
                                                       runtime:onpar::ns_string(options.runtime)
                                                        target:@"ios-host"
                                                       threads:options.threads
                                                          runs:options.runs
                                                         error:&error] autorelease];
    check(session, error);
    for (const Photograph &one : options.photographs) {
        const onpar::Pool pool;
        capture(session, one);
    }
}

void print_versions() {
    for (NSString *runtime in [ONPSession runtimes]) {
        std::printf("%s %s\n", [runtime UTF8String], [[ONPSession versionOf:runtime] UTF8String]);
    }
    std::printf("%s\n", onpar::platform_decoder().c_str());
}

struct Started {
    const std::vector<std::string> words;
    int code;
};

/// Ends with 0, or with 2 and one sentence about what the user can fix.
void *run_or_say(void *argument) {
    Started *started = static_cast<Started *>(argument);
    const onpar::Pool pool;
    const std::string problem = onpar::problem_of([&] { run(parse_options(started->words)); });
    if (!problem.empty()) {
        std::fprintf(stderr, "ios_capture: %s\n", problem.c_str());
        started->code = 2;
    }
    return nullptr;
}

}  // namespace

int main(int count, char **words) {
    // A file that may not grow further is an error of write, as a full disk is, and not an end.
    std::signal(SIGXFSZ, SIG_IGN);
    Started started{std::vector<std::string>(words + 1, words + count), 0};
    const std::vector<std::string> &given = started.words;
    if (std::find(given.begin(), given.end(), "--help") != given.end()) {
        std::fputs(usage, stdout);
        return 0;
    }
    if (given.empty()) {
        std::fputs(usage, stderr);
        return 2;
    }
    if (given == std::vector<std::string>{"--version"}) {
        const onpar::Pool pool;
        print_versions();
        return 0;
    }
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, run_or_say, &started) != 0) {
        std::fputs("ios_capture: no thread can be started; free memory\n", stderr);
        return 2;
    }
    pthread_join(thread, nullptr);
    return started.code;
}
