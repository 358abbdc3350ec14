#pragma once

#include <cstdint>
#include <string_view>

#include "name_rule.h"

// clang-format off

/// Limits, names and choices that Python, Java and C++ hold alike.
///
/// Written by `make limits` from parity/limits/limits.json; edit that file.
namespace onpar::limits {

/// Bytes of a sidecar; one has about 10,000.
constexpr int64_t max_sidecar_bytes = 16'777'216;

/// Lists and objects inside one another in a sidecar; one has 6. Parsers have limits of their own,
/// from 255 to none.
constexpr int64_t max_json_depth = 100;

/// Characters of a number in a sidecar; one has at most 24. Gson gives up at 1,024.
constexpr int64_t max_number_length = 1'000;

/// Bytes of a model that an app loads: the longest array that every JVM has.
constexpr int64_t max_model_bytes = 2'147'483'639;

/// Bytes of a photo's file: 40 megapixels of RGBA are 160 MB uncompressed; the rest is room for
/// metadata.
constexpr int64_t max_photo_bytes = 268'435'456;

/// Pixels of a photo, and of a model's input: 120 MB of RGB is what a phone can be asked to hold.
constexpr int64_t max_pixels = 40'000'000;

/// Pixels of a side: JPEG's own limit, held for every format. It bounds what a resize needs for an
/// image that is one pixel wide.
constexpr int64_t max_side = 65'535;

/// Pixels of a side of a photo that is scaled before it is cropped: an int of Java and C++. Only a
/// photo of one pixel's width or height comes near it.
constexpr int64_t max_scaled_side = 2'147'483'647;

/// Bytes of a PNG's colour profile: Pillow's limit (MAX_TEXT_CHUNK). Real profiles have at most
/// some 100,000.
constexpr int64_t max_png_profile_bytes = 1'048'576;

/// Tags of a colour profile: LittleCMS's limit (MAX_TABLE_TAG).
constexpr int64_t max_profile_tags = 100;

/// Inputs of a model, and outputs.
constexpr int64_t max_tensors = 1'000;

/// Steps of a model's chain; a segmentation has 5.
constexpr int64_t max_steps = 100;

/// Axes of a tensor: what numpy 1 takes.
constexpr int64_t max_rank = 32;

/// Bytes of a tensor: Java's buffers count them in an int.
constexpr int64_t max_tensor_bytes = 2'147'483'647;

/// Classes of a class map, whose items are u8.
constexpr int64_t max_classes = 256;

/// Labels of a classifier: 21,841 is the most of ImageNet's.
constexpr int64_t max_labels = 65'536;

/// Cases of a sidecar.
constexpr int64_t max_cases = 100'000;

/// A channel of a colour, of the padding or of a class.
constexpr int64_t max_level = 255;

/// Smallest standard deviation without its sign: the smallest normal float32. Below it float32
/// loses digits or is 0, and pixels are divided by it.
constexpr double min_std = 1.1754943508222875e-38;

/// Smallest scale of a quantization: the smallest normal float32. Numbers are divided by it.
constexpr double min_scale = 1.1754943508222875e-38;

/// Largest constant of a step without its sign, such as a mean or a scale: beyond it float32 is
/// infinite.
constexpr double max_float32 = 3.4028234663852886e+38;

/// Measured runs of a case, and threads.
constexpr int64_t max_count = 1'000;

/// A model's file, and a photo's. It leads into no other folder, is not hidden, and is not taken
/// for an option; every system can store it.
constexpr NameRule file_name = {
    " !#$%&'()+,0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~",
    " !#$%&'()+,-.0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~",
    true,
    1,
    255,
    "the name of a file, up to 255 bytes, no . or - in front, none of / \\ : * ? \" < > |",
};

/// A case. Captures are named after it, with `.safetensors` and a prefix while they are written; it
/// stands between colons in `--require`.
constexpr NameRule case_name = {
    " !#$%&'()+,0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~",
    " !#$%&'()+,-.0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~",
    true,
    1,
    150,
    "up to 150 bytes, no . or - in front, none of / \\ : * ? \" < > |",
};

/// A file, a case or a folder that is handed to an app on a device: commands of adb, devicectl and
/// simctl name it.
constexpr NameRule app_file_name = {
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    false,
    1,
    255,
    "letters, digits, `.`, `_` and `-`, the first a letter, a digit or `_`",
};

/// An input or an output: what Core ML and the apps' languages take.
constexpr NameRule tensor_name = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    false,
    1,
    255,
    "letters, digits and _, no digit in front, and up to 255 of them",
};

/// A source of a case, and a tensor of a chain of steps.
constexpr NameRule chain_name = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    ".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    false,
    1,
    255,
    "letters, digits, _ and ., a letter or _ in front, and up to 255 of them",
};

/// A SHA-256, of a file or of a specification.
constexpr NameRule sha256_text = {
    "0123456789abcdef",
    "0123456789abcdef",
    false,
    64,
    64,
    "64 hexadecimal digits in lower case",
};

/// What a model's file takes and gives.
constexpr std::string_view io_kinds[] = {"tensor", "image"};

/// How a photo of another shape fits.
constexpr std::string_view fits[] = {"stretch", "letterbox", "crop", "shorter"};

/// How a photo is resampled, with antialiasing as Pillow does or without as OpenCV does.
constexpr std::string_view filters[] = {"bilinear", "bicubic"};

/// numpy's names of what a capture may hold.
constexpr std::string_view item_types[] = {"uint8", "int8", "float32", "int32", "int64"};

/// numpy's names of what `quantize` makes and `dequantize` takes.
constexpr std::string_view quantized_types[] = {"int8", "uint8"};

/// What people hand over instead of a JPEG or PNG: the bytes by which it is known, and where they
/// stand.
struct OtherFormat {
    std::size_t at;
    std::string_view magic;
    const char *name;
};

constexpr OtherFormat other_formats[] = {
    {0, std::string_view("GIF8", 4), "a GIF"},
    {8, std::string_view("WEBP", 4), "a WebP"},
    {4, std::string_view("ftypavif", 8), "an AVIF"},
    {4, std::string_view("ftyp", 4), "a HEIC (or another ISO media file)"},
    {0, std::string_view("BM", 2), "a BMP"},
    {0, std::string_view("II*\000", 4), "a TIFF"},
    {0, std::string_view("MM\000*", 4), "a TIFF"},
    {4, std::string_view("JXL ", 4), "a JPEG XL"},
    {4, std::string_view("jP  ", 4), "a JPEG 2000"},
    {0, std::string_view("%PDF", 4), "a PDF"},
    {0, std::string_view("<", 1), "text (HTML, XML or SVG)"},
    {0, std::string_view("version https://git-lfs", 23), "a Git LFS pointer (`git lfs pull` fetches the image)"},
};

}  // namespace onpar::limits
