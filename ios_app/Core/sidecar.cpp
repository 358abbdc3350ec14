#include "sidecar.h"

#include <algorithm>

#include "json_value.h"
#include "rgb_image.h"

namespace onpar {
namespace {

/// The version that this code reads.
constexpr const char *version = "onpar-artifact/1";

constexpr std::size_t max_tensors = 1000;
constexpr std::size_t max_rank = 32;
constexpr std::size_t max_cases = 100'000;

/// A class map's items are u8.
constexpr std::size_t max_classes = 256;

std::string digest(const JsonValue &value) {
    const std::string text = value.text();
    if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw value.wrong("a SHA-256 in hexadecimal");
    }
    return text;
}

std::vector<TensorSpec> tensors(const JsonValue &list) {
    std::vector<TensorSpec> specs;
    for (const JsonValue &one : list.list(1, max_tensors)) {
        const DtypeNames *dtype = dtype_named(one.at("dtype").text());
        if (!dtype) {
            throw one.at("dtype").wrong("float32, int32, int64 or uint8");
        }
        std::vector<int64_t> shape;
        for (const JsonValue &side : one.at("shape").list(0, max_rank)) {
            shape.push_back(side.count(1, INT32_MAX));
        }
        try {
            size_of(dtype->dtype, shape);
        } catch (const std::invalid_argument &) {
            throw one.at("shape").wrong("a tensor of at most 2 GiB");
        }
        specs.push_back({one.at("name").text(), dtype->dtype, shape});
    }
    return specs;
}

/// A colour: R, G, B of 0 to 255.
std::array<uint8_t, 3> levels(const JsonValue &list) {
    std::array<uint8_t, 3> levels{};
    const std::vector<JsonValue> items = list.list(3, 3);
    for (std::size_t i = 0; i < 3; i++) {
        levels[i] = static_cast<uint8_t>(items[i].count(0, 255));
    }
    return levels;
}

std::array<double, 3> numbers(const JsonValue &list) {
    const std::vector<JsonValue> items = list.list(3, 3);
    return {items[0].number(), items[1].number(), items[2].number()};
}

FitMode fit_mode(const JsonValue &value) {
    const std::string name = value.text();
    if (name == "stretch") {
        return FitMode::stretch;
    }
    if (name == "letterbox") {
        return FitMode::letterbox;
    }
    if (name == "crop") {
        return FitMode::crop;
    }
    throw value.wrong("stretch, letterbox or crop");
}

std::optional<ImagePrep> image_prep(const JsonValue &prep, const std::vector<TensorSpec> &inputs,
                                    bool tensor) {
    if (prep.is_null()) {
        return std::nullopt;
    }
    const int64_t height = prep.at("height").count(1, RgbImage::max_side);
    const int64_t width = prep.at("width").count(1, RgbImage::max_side);
    if (height * width > RgbImage::max_pixels) {
        throw prep.at("height").wrong("a size of at most 40 megapixels");
    }
    const std::string input = prep.at("input").text();
    const bool fed = std::any_of(inputs.begin(), inputs.end(), [&](const TensorSpec &spec) {
        return spec.name == input &&
               (tensor ? spec.dtype == Dtype::float32 &&
                             spec.shape == std::vector<int64_t>{1, 3, height, width}
                       : spec.dtype == Dtype::uint8 &&
                             spec.shape == std::vector<int64_t>{height, width, 3});
    });
    if (!fed) {
        throw prep.at("input").wrong("the name of an input that takes an image of this size");
    }
    const std::array<double, 3> deviation = numbers(prep.at("std"));
    // What rounds to a float of 0 would divide by it.
    for (double one : deviation) {
        if (static_cast<float>(one) == 0) {
            throw prep.at("std").wrong("numbers that are not 0");
        }
    }
    return ImagePrep{
        input,     static_cast<int>(height), static_cast<int>(width), numbers(prep.at("mean")),
        deviation, fit_mode(prep.at("fit")), levels(prep.at("pad"))};
}

std::optional<ClassMapSpec> class_map(const JsonValue &map, const std::vector<TensorSpec> &outputs,
                                      bool tensor) {
    if (map.is_null()) {
        return std::nullopt;
    }
    ClassMapSpec spec{map.at("output").text(), {}, {}};
    for (const JsonValue &name : map.at("classes").list(1, max_classes)) {
        spec.classes.push_back(name.text());
    }
    const std::size_t count = spec.classes.size();
    for (const JsonValue &colour : map.at("palette").list(count, count)) {
        const std::array<uint8_t, 3> rgb = levels(colour);
        spec.palette.push_back(uint32_t{rgb[0]} << 16 | uint32_t{rgb[1]} << 8 | rgb[2]);
    }
    const bool given = std::any_of(outputs.begin(), outputs.end(), [&](const TensorSpec &one) {
        return tensor ? one.name == spec.output && one.dtype == Dtype::float32 &&
                            one.shape.size() == 4 && one.shape[0] == 1 &&
                            one.shape[1] == static_cast<int64_t>(count)
                      : one.name == "classmap" && one.shape.size() == 2;
    });
    if (!given) {
        throw map.at("output").wrong("the name of an output with a score for each of the " +
                                     std::to_string(count) + " classes and each pixel");
    }
    return spec;
}

}  // namespace

Sidecar read_sidecar(const std::vector<uint8_t> &content, const std::string &name) {
    const nlohmann::json document = parse_json(name, content);
    const JsonValue root(name, document);
    const std::string found = root.at("version").text();
    if (found != version) {
        throw InputError(name + ": is '" + found + "', this app reads '" + version +
                         "'; update the app, or export again with its onpar");
    }
    Sidecar sidecar;
    sidecar.io = root.at("io").text();
    if (sidecar.io != "tensor" && sidecar.io != "image") {
        throw root.at("io").wrong("\"tensor\" or \"image\"");
    }
    const JsonValue model = root.at("model");
    sidecar.file = root.at("file").text();
    sidecar.sha256 = digest(root.at("sha256"));
    sidecar.format = root.at("format").text();
    sidecar.engine = root.at("engine").text();
    sidecar.weights_sha256 = digest(root.at("weights_sha256"));
    sidecar.recipe = model.at("recipe").text();
    sidecar.recipe_sha256 = digest(root.at("recipe_sha256"));
    sidecar.inputs = tensors(root.at("inputs"));
    sidecar.outputs = tensors(root.at("outputs"));
    sidecar.prep = image_prep(model.at("prep"), sidecar.inputs, sidecar.takes_tensor());
    sidecar.classmap = class_map(model.at("classmap"), sidecar.outputs, sidecar.takes_tensor());
    for (const JsonValue &one : root.at("cases").list(0, max_cases)) {
        sidecar.cases.push_back(
            {one.at("name").text(), one.at("image").text(), one.at("sha256").text()});
    }
    return sidecar;
}

}  // namespace onpar
