#include "normalize.h"

#include <array>
#include <cmath>
#include <string_view>

#include "../limits.h"

namespace onpar {
namespace {

constexpr std::string_view known_channels[] = {"rgb", "bgr", "gray"};
constexpr std::string_view known_dtypes[] = {"float32", "uint8"};

/// What each level of a channel becomes.
template <typename Item>
using Table = std::array<Item, 256>;

/// `count` of them, each at least `least` without its sign, so that float32 holds it and may divide
/// by it.
std::vector<double> numbers(const JsonValue &list, std::size_t count, double least) {
    std::vector<double> numbers;
    for (const JsonValue &item : list.list(count, count)) {
        numbers.push_back(item.number());
        const double size = std::abs(numbers.back());
        if (size < least || size > limits::max_float32) {
            const std::string expected = "a number that float32 holds";
            throw item.wrong(least > 0 ? expected + ", and not 0" : expected);
        }
    }
    return numbers;
}

std::vector<int64_t> shape_of(const Normalization &by, int64_t height, int64_t width) {
    const int64_t count = count_of(by.channels);
    if (by.layout == Layout::nchw) {
        return {1, count, height, width};
    }
    return {1, height, width, count};
}

std::vector<Table<float>> float_tables(const Normalization &by) {
    std::vector<Table<float>> tables(by.mean.size());
    for (std::size_t channel = 0; channel < tables.size(); channel++) {
        const float mean = static_cast<float>(by.mean[channel]);
        const float deviation = static_cast<float>(by.std[channel]);
        for (int level = 0; level < 256; level++) {
            tables[channel][level] = (static_cast<float>(level) / 255.0f - mean) / deviation;
        }
    }
    return tables;
}

std::vector<Table<uint8_t>> level_tables(const Normalization &by) {
    std::vector<Table<uint8_t>> tables(count_of(by.channels));
    for (Table<uint8_t> &table : tables) {
        for (int level = 0; level < 256; level++) {
            table[level] = static_cast<uint8_t>(level);
        }
    }
    return tables;
}

/// Levels u8 [pixels, count] by the tables, channel by channel or pixel by pixel.
template <int count, typename Item>
void write(const uint8_t *in, std::size_t pixels, const std::vector<Table<Item>> &tables,
           Layout layout, Item *out) {
    const bool planes = layout == Layout::nchw;
    const std::size_t channel = planes ? pixels : 1;
    const std::size_t pixel = planes ? 1 : count;
    for (std::size_t i = 0; i < pixels; i++, in += count) {
        for (int c = 0; c < count; c++) {
            out[c * channel + i * pixel] = tables[c][in[c]];
        }
    }
}

template <typename Item>
void write(const RgbView &image, const Normalization &by, const std::vector<Table<Item>> &tables,
           Item *out) {
    const std::size_t pixels = std::size_t{1} * image.height * image.width;
    if (by.channels == Channels::rgb) {
        write<3>(image.pixels, pixels, tables, by.layout, out);
        return;
    }
    const std::vector<uint8_t> levels = in_channels(image, by.channels);
    if (count_of(by.channels) == 3) {
        write<3>(levels.data(), pixels, tables, by.layout, out);
    } else {
        write<1>(levels.data(), pixels, tables, by.layout, out);
    }
}

Normalization read_normalization(const JsonValue &step) {
    const std::string channels = step.at("channels").choice(known_channels);
    Normalization by;
    by.channels = channels == "rgb"   ? Channels::rgb
                  : channels == "bgr" ? Channels::bgr
                                      : Channels::gray;
    by.layout = read_layout(step.at("layout"));
    by.dtype = dtype_named(step.at("dtype").choice(known_dtypes))->dtype;
    const std::size_t count = by.dtype == Dtype::uint8 ? 0 : count_of(by.channels);
    by.mean = numbers(step.at("mean"), count, 0);
    by.std = numbers(step.at("std"), count, limits::min_std);
    return by;
}

}  // namespace

Tensor normalise(const RgbView &image, const Normalization &by) {
    Tensor tensor(by.dtype, shape_of(by, image.height, image.width));
    if (by.dtype == Dtype::uint8) {
        write(image, by, level_tables(by), tensor.bytes().data());
    } else {
        write(image, by, float_tables(by), tensor.floats());
    }
    return tensor;
}

std::shared_ptr<const Step> Normalize::read(const StepJson &json) {
    const TensorSpec pixels = json.taken(1).front();
    const std::vector<int64_t> &shape = pixels.shape;
    if (pixels.dtype != Dtype::uint8 || shape.size() != 3 || shape[0] == any_side ||
        shape[1] == any_side || shape[2] != 3) {
        throw json.wrong_tensor("pixels uint8 [height, width, 3] of a known size");
    }
    auto step = std::make_shared<Normalize>();
    step->by = read_normalization(json.step);
    step->takes = {pixels.name};
    step->makes = {
        {json.names("makes", 1).front(), step->by.dtype, shape_of(step->by, shape[0], shape[1])}};
    return step;
}

std::vector<Tensor> Normalize::compute(const std::vector<const Tensor *> &taken) const {
    std::vector<Tensor> made;
    made.push_back(normalise(*taken.front(), by));
    return made;
}

}  // namespace onpar
