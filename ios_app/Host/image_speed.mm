// Times the steps around the model, and the tutorials' code for each; bench/ios_image.py.

#import <Foundation/Foundation.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <vector>

#import "../Bridge/pool.h"
#include "../Core/class_map.h"
#include "../Core/fit.h"
#include "../Core/steps/argmax.h"
#include "../Core/steps/normalize.h"

namespace {

using onpar::Dtype;
using onpar::RgbImage;
using onpar::Tensor;

constexpr int source = 512;
constexpr int side = 400;
constexpr int classes = 21;

/// What is computed must be used, or a compiler leaves it out.
volatile uint8_t used;

double milliseconds(const std::function<void()> &step) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point started = Clock::now();
    step();
    return std::chrono::duration<double, std::milli>(Clock::now() - started).count();
}

/// Of so many rounds, after some that are not counted.
double median(int rounds, const std::function<void()> &step) {
    std::vector<double> times;
    for (int i = -rounds / 10; i < rounds; i++) {
        const double time = milliseconds(step);
        if (i >= 0) {
            times.push_back(time);
        }
    }
    std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
    return times[rounds / 2];
}

void report(const char *name, const std::function<void()> &ours,
            const std::function<void()> &theirs) {
    const double took = median(200, ours);
    std::printf("%s %.3f %.3f\n", name, took, theirs ? median(11, theirs) : NAN);
    std::fflush(stdout);
}

/// As the tutorials return a tensor to Swift: every score an NSNumber in an NSMutableArray.
NSMutableArray<NSNumber *> *boxed(const Tensor &scores) {
    const float *values = scores.floats();
    NSMutableArray<NSNumber *> *all = [NSMutableArray array];
    for (std::size_t i = 0; i < scores.bytes().size() / sizeof(float); i++) {
        [all addObject:[NSNumber numberWithFloat:values[i]]];
    }
    return all;
}

/// The tutorials' triple loop: pixel by pixel, the largest of its scores.
std::vector<int> tutorial_arg_max(NSArray<NSNumber *> *scores) {
    std::vector<int> winners(side * side);
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            float most = -100000.0f;
            for (int c = 0; c < classes; c++) {
                const float score =
                    [[scores objectAtIndex:c * side * side + y * side + x] floatValue];
                if (score > most) {
                    most = score;
                    winners[y * side + x] = c;
                }
            }
        }
    }
    return winners;
}

}  // namespace

int main() {
    const onpar::Pool pool;
    std::mt19937 random(0);
    std::vector<uint8_t> pixels(3 * source * source);
    std::generate(pixels.begin(), pixels.end(), [&] { return random() & 0xff; });
    const RgbImage photo(source, source, pixels);
    const onpar::Fitting to{side, side, onpar::FitMode::stretch, {}};
    const onpar::Normalization by{{.485, .456, .406}, {.229, .224, .225}};
    // Random scores are the hardest to compare: any class may win next.
    Tensor scores(Dtype::float32, {1, classes, side, side});
    std::normal_distribution<float> normal;
    std::generate(scores.floats(), scores.floats() + classes * side * side,
                  [&] { return normal(random); });
    std::vector<uint32_t> palette;
    for (int c = 0; c < classes; c++) {
        palette.push_back(0x010305u * c);
    }
    const RgbImage resized = onpar::fit(photo, to);
    const Tensor map = onpar::arg_max(scores);
    report("resize", [&] { used = onpar::fit(photo, to).pixels[0]; }, nullptr);
    report("normalise", [&] { used = onpar::normalise(resized, by).bytes()[0]; }, nullptr);
    report(
        "arg-max", [&] { used = onpar::arg_max(scores).bytes()[0]; },
        [&] {
            const onpar::Pool inner;
            used = static_cast<uint8_t>(tutorial_arg_max(boxed(scores))[0]);
        });
    report("colours", [&] { used = onpar::overlay(resized, map, palette, 0.5)[0]; }, nullptr);
    const auto all = [&] {
        const RgbImage small = onpar::fit(photo, to);
        used = onpar::normalise(small, by).bytes()[0];
        used = onpar::overlay(small, onpar::arg_max(scores), palette, 0.5)[0];
    };
    report("all", all, nullptr);
}
