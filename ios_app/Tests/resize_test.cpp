// Sizes are random. Values are those of Pillow 13.0.0 with antialiasing, and without those of
// OpenCV 5.0.0 where it is bilinear; its bicubic multiplies in float on some processors, so that
// here it is written with numpy in OpenCV's integers, at most one level off from OpenCV.

#include <doctest/doctest.h>

#include <string>

#include "../Core/digest.h"
#include "../Core/fit.h"
#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::Filter;
using onpar::FitMode;
using onpar::Fitting;
using onpar::Resampling;
using onpar::RgbImage;
using Bytes = std::vector<uint8_t>;

constexpr Resampling pillow_bilinear{Filter::bilinear, true};
constexpr Resampling pillow_bicubic{Filter::bicubic, true};
constexpr Resampling opencv_bilinear{Filter::bilinear, false};
constexpr Resampling opencv_bicubic{Filter::bicubic, false};
constexpr std::array<uint8_t, 3> pad{9, 8, 7};

/// Of the linear congruential generator of Numerical Recipes, whose state is 1 in front.
RgbImage noise(int height, int width) {
    Bytes pixels(std::size_t{3} * height * width);
    uint32_t state = 1;
    for (uint8_t &level : pixels) {
        state = state * 1664525u + 1013904223u;
        level = static_cast<uint8_t>(state >> 24);
    }
    return RgbImage(height, width, std::move(pixels));
}

struct Expected {
    int height;
    int width;
    Fitting to;
    std::string sha256;
};

const Expected all[] = {
    {56, 39, {101, 113, FitMode::stretch, pad, 0, pillow_bilinear}, "af46b264d620d996"},
    {112, 129, {50, 15, FitMode::stretch, pad, 0, pillow_bilinear}, "83052c8e61bdf939"},
    {8, 21, {77, 112, FitMode::letterbox, pad, 0, pillow_bilinear}, "765cd1dd4df7159d"},
    {142, 60, {31, 49, FitMode::letterbox, pad, 0, pillow_bilinear}, "ebd06af0270a8593"},
    {12, 48, {67, 88, FitMode::crop, pad, 0, pillow_bilinear}, "6c57080442c76c3f"},
    {133, 87, {22, 18, FitMode::crop, pad, 0, pillow_bilinear}, "7ccd7749ebdcfd6d"},
    {44, 19, {119, 86, FitMode::shorter, pad, 123, pillow_bilinear}, "09bd22aae8734aa0"},
    {105, 112, {34, 32, FitMode::shorter, pad, 42, pillow_bilinear}, "3a82f5147b93216c"},
    {49, 48, {102, 97, FitMode::stretch, pad, 0, pillow_bicubic}, "0fbb4298bb661be9"},
    {90, 149, {29, 15, FitMode::stretch, pad, 0, pillow_bicubic}, "fa0df12b7aeba794"},
    {51, 13, {111, 96, FitMode::letterbox, pad, 0, pillow_bicubic}, "cf6e68040a239d06"},
    {70, 63, {28, 5, FitMode::letterbox, pad, 0, pillow_bicubic}, "ee1bc011a26ed190"},
    {12, 33, {118, 87, FitMode::crop, pad, 0, pillow_bicubic}, "8d1c4aa1a0983916"},
    {132, 142, {49, 38, FitMode::crop, pad, 0, pillow_bicubic}, "32a04d2737202312"},
    {29, 33, {75, 89, FitMode::shorter, pad, 92, pillow_bicubic}, "6e1c01e0689f94cc"},
    {82, 149, {3, 8, FitMode::shorter, pad, 9, pillow_bicubic}, "d16d737a5d85a68c"},
    {58, 43, {112, 72, FitMode::stretch, pad, 0, opencv_bilinear}, "770dae9b6e37f89f"},
    {124, 93, {30, 3, FitMode::stretch, pad, 0, opencv_bilinear}, "a615bcc78af131ba"},
    {38, 50, {99, 69, FitMode::letterbox, pad, 0, opencv_bilinear}, "90b26ef1a3978e6f"},
    {108, 84, {57, 53, FitMode::letterbox, pad, 0, opencv_bilinear}, "306eb5756baba2fd"},
    {15, 33, {116, 110, FitMode::crop, pad, 0, opencv_bilinear}, "27a4e971449fe5fa"},
    {123, 117, {5, 45, FitMode::crop, pad, 0, opencv_bilinear}, "977ebc77c6b65196"},
    {31, 10, {74, 92, FitMode::shorter, pad, 98, opencv_bilinear}, "921e01ca4c36721b"},
    {105, 115, {52, 42, FitMode::shorter, pad, 55, opencv_bilinear}, "945de8cde7d50bd4"},
    {40, 37, {66, 63, FitMode::stretch, pad, 0, opencv_bicubic}, "d85dd5db139b8f3e"},
    {119, 94, {37, 21, FitMode::stretch, pad, 0, opencv_bicubic}, "fb50e09a25247e61"},
    {17, 13, {82, 108, FitMode::letterbox, pad, 0, opencv_bicubic}, "e5f286d3cce22c76"},
    {96, 94, {35, 58, FitMode::letterbox, pad, 0, opencv_bicubic}, "d241a14934a1a464"},
    {26, 37, {86, 96, FitMode::crop, pad, 0, opencv_bicubic}, "deb2ce3714ebd8ab"},
    {100, 117, {34, 41, FitMode::crop, pad, 0, opencv_bicubic}, "8da43b9cd4732fcc"},
    {57, 13, {93, 86, FitMode::shorter, pad, 96, opencv_bicubic}, "a5c6f62087191de1"},
    {81, 64, {25, 50, FitMode::shorter, pad, 50, opencv_bicubic}, "a262e6ad8b8b6d25"},
};

/// One row of five pixels at another length.
Bytes row(int width, const Resampling &by) {
    return onpar::fit(noise(1, 5), {1, width, FitMode::stretch, {}, 0, by}).pixels;
}

/// Red of a row of black and white pixels at another length.
Bytes edges(int width, const Resampling &by) {
    const Bytes pixels{0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255, 255, 255};
    const RgbImage made =
        onpar::fit(RgbImage(1, 5, pixels), {1, width, FitMode::stretch, {}, 0, by});
    Bytes red;
    for (std::size_t i = 0; i < made.pixels.size(); i += 3) {
        red.push_back(made.pixels[i]);
    }
    return red;
}

std::string refusal(const char *key, const json &value) {
    json sidecar = onpar::sample_sidecar();
    sidecar["steps"][1][key] = value;
    return onpar::why_refused(sidecar);
}

bool names(const std::string &text, const std::string &key) {
    return text.find("`" + key) != std::string::npos;
}

}  // namespace

TEST_CASE("every filter is Pillow's or OpenCV's, up and down, with every fit") {
    for (const Expected &one : all) {
        const RgbImage made = onpar::fit(noise(one.height, one.width), one.to);
        CAPTURE(one.height);
        CAPTURE(one.width);
        const std::vector<onpar::Piece> pieces{{made.pixels.data(), made.pixels.size()}};
        CHECK(onpar::sha256(pieces).substr(0, 16) == one.sha256);
    }
}

TEST_CASE("a smaller row has all neighbours with antialiasing, and the nearest ones without") {
    CHECK(row(3, pillow_bilinear) == Bytes{111, 59, 114, 186, 96, 47, 156, 150, 81});
    CHECK(row(3, pillow_bicubic) == Bytes{110, 58, 114, 192, 90, 45, 155, 153, 80});
    CHECK(row(3, opencv_bilinear) == Bytes{100, 67, 117, 198, 142, 4, 155, 164, 76});
    CHECK(row(3, opencv_bicubic) == Bytes{97, 61, 123, 198, 142, 4, 153, 162, 81});
}

TEST_CASE("a bicubic that goes beyond the levels is cut off") {
    CHECK(edges(8, pillow_bilinear) == Bytes{0, 112, 255, 255, 175, 16, 143, 255});
    CHECK(edges(8, opencv_bilinear) == edges(8, pillow_bilinear));
    CHECK(edges(8, pillow_bicubic) == Bytes{0, 101, 255, 255, 177, 2, 141, 255});
    CHECK(edges(8, opencv_bicubic) == Bytes{0, 110, 255, 255, 168, 2, 125, 255});
}

TEST_CASE("an image of the size stays as it is, by every filter") {
    const RgbImage image = noise(4, 5);
    for (const Resampling &by :
         {pillow_bilinear, pillow_bicubic, opencv_bilinear, opencv_bicubic}) {
        CHECK(onpar::fit(image, {4, 5, FitMode::stretch, {}, 0, by}).pixels == image.pixels);
        const RgbImage middle = onpar::fit(image, {2, 3, FitMode::shorter, {}, 4, by});
        CHECK(middle.pixels[0] == image.pixels[3 * (5 + 1)]);
        CHECK(middle.pixels[3 * 3] == image.pixels[3 * (2 * 5 + 1)]);
    }
}

TEST_CASE("one pixel is every pixel, by every filter") {
    const Bytes pixel{1, 128, 255};
    for (const Resampling &by :
         {pillow_bilinear, pillow_bicubic, opencv_bilinear, opencv_bicubic}) {
        const RgbImage made =
            onpar::fit(RgbImage(1, 1, pixel), {2, 2, FitMode::stretch, {}, 0, by});
        for (int i = 0; i < 4; i++) {
            CHECK(Bytes(&made.pixels[3 * i], &made.pixels[3 * i] + 3) == pixel);
        }
    }
}

TEST_CASE("resize-image needs a known filter, and says whether it is antialiased") {
    CHECK(names(refusal("filter", "lanczos"),
                "steps[1].filter` is \"lanczos\", expected bilinear or bicubic;"));
    CHECK(names(refusal("filter", 1), "steps[1].filter` is 1, expected a string"));
    CHECK(names(refusal("antialias", 1), "steps[1].antialias` is 1, expected true or false"));
    CHECK(names(refusal("antialias", "true"), "steps[1].antialias"));
    CHECK(refusal("filter", "bicubic") == "");
    CHECK(refusal("antialias", false) == "");
    for (const char *key : {"filter", "antialias"}) {
        json sidecar = onpar::sample_sidecar();
        sidecar["steps"][1].erase(key);
        CHECK(names(onpar::why_refused(sidecar), std::string("steps[1].") + key));
    }
}
