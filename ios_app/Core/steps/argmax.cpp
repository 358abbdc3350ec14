#include "argmax.h"

#include <algorithm>
#include <stdexcept>

#include "../limits.h"

namespace onpar {
namespace {

/// Pixels worked on at once: their best scores and winners stay in the cache while the classes pass
/// over them, and each class is read in long enough pieces for the processor to read ahead.
constexpr std::size_t block = 4096;

/// Let the scores of class c win where they are higher than the best so far; whether one is NaN.
/// Without a jump: neighbours' winners are hard to guess.
bool challenge(const float *__restrict scores, int32_t c, std::size_t count, float *__restrict best,
               int32_t *__restrict winner) {
    int32_t nan = 0;
    for (std::size_t x = 0; x < count; x++) {
        const float score = scores[x];
        const float most = best[x];
        const int32_t others = winner[x];
        // All bits or none. Of a choice clang would make a jump for each pixel.
        const int32_t more = -static_cast<int32_t>(score > most);
        winner[x] = others ^ ((others ^ c) & more);
        best[x] = score > most ? score : most;
        nan |= score != score;
    }
    return nan != 0;
}

/// The winner of one pixel's scores, which are `stride` apart, among those in front of the first
/// NaN.
int before_nan(const float *scores, int classes, std::size_t stride) {
    int winner = 0;
    for (int c = 1; c < classes && scores[(c - 1) * stride] == scores[(c - 1) * stride]; c++) {
        winner = scores[c * stride] > scores[winner * stride] ? c : winner;
    }
    return winner;
}

}  // namespace

Tensor probe_scores(int64_t classes) {
    constexpr float rest[] = {-2, 1, -1, 1};
    constexpr float best[] = {-1, 2, 0, 1 + 0x1p-23f};
    Tensor scores(Dtype::float32, {1, classes, classes, 4});
    float *pixels = scores.floats();
    for (int64_t c = 0; c < classes; c++) {
        for (int64_t row = 0; row < classes; row++, pixels += 4) {
            std::copy_n(c == row ? best : rest, 4, pixels);
            if (c > row) {
                pixels[2] = 0;
            }
        }
    }
    return scores;
}

Tensor arg_max(const Tensor &scores) {
    const std::vector<int64_t> &shape = scores.shape();
    if (shape.size() != 4 || shape[0] != 1 || shape[1] < 1 || shape[1] > limits::max_classes) {
        throw std::invalid_argument("got scores " + scores.text() +
                                    ", expected float32 [1, at most 256 classes, height, width]");
    }
    const int classes = static_cast<int>(shape[1]);
    const std::size_t pixels = static_cast<std::size_t>(shape[2] * shape[3]);
    Tensor map(Dtype::uint8, {shape[2], shape[3]});
    std::vector<float> best(block);
    std::vector<int32_t> winner(block);
    for (std::size_t start = 0; start < pixels; start += block) {
        const std::size_t count = std::min(block, pixels - start);
        const float *first = scores.floats() + start;
        best.assign(first, first + count);
        winner.assign(count, 0);
        bool nan = false;
        for (int c = 0; c < classes; c++) {
            nan |= challenge(first + c * pixels, c, count, best.data(), winner.data());
        }
        uint8_t *out = map.bytes().data() + start;
        for (std::size_t x = 0; x < count; x++) {
            out[x] = static_cast<uint8_t>(nan ? before_nan(first + x, classes, pixels) : winner[x]);
        }
    }
    return map;
}

std::shared_ptr<const Step> Argmax::read(const StepJson &json) {
    const TensorSpec scores = json.taken(1).front();
    const std::vector<int64_t> &shape = scores.shape;
    if (scores.dtype != Dtype::float32 || shape.size() != 4 || shape[0] != 1) {
        throw json.wrong_tensor("scores float32 [1, classes, height, width]");
    }
    auto step = std::make_shared<Argmax>();
    step->takes = {scores.name};
    step->makes = {{json.names("makes", 1).front(), Dtype::uint8, {shape[2], shape[3]}}};
    step->read_classes(json.step, 1, limits::max_classes);
    if (static_cast<int64_t>(step->classes.size()) != shape[1]) {
        throw json.step.at("classes").wrong(std::to_string(shape[1]) + " classes, as " +
                                            scores.name + " has");
    }
    step->read_palette(json.step);
    return step;
}

std::vector<Tensor> Argmax::compute(const std::vector<const Tensor *> &taken) const {
    std::vector<Tensor> made;
    made.push_back(arg_max(*taken.front()));
    return made;
}

std::vector<std::vector<Tensor>> Argmax::probes() const {
    return {{probe_scores(static_cast<int64_t>(classes.size()))}};
}

}  // namespace onpar
