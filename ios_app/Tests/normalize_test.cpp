// Values are those of parity/contract/steps/normalize.py and resize_image.py.

#include "../Core/steps/normalize.h"

#include <doctest/doctest.h>

#include <cmath>

#include "../Core/fit.h"
#include "sample_sidecar.h"

namespace {

using nlohmann::json;
using onpar::Channels;
using onpar::Dtype;
using onpar::Layout;
using Bytes = std::vector<uint8_t>;

const onpar::RgbImage photo(1, 2, Bytes{10, 20, 30, 255, 0, 128});

onpar::Tensor levels(Channels channels, Layout layout) {
    return onpar::normalise(photo, {{}, {}, channels, layout, Dtype::uint8});
}

/// The sample with this key of `resize-image` or `normalize` changed.
std::string refusal(int step, const char *key, const json &value) {
    json sidecar = onpar::sample_sidecar();
    sidecar["steps"][step][key] = value;
    return onpar::why_refused(sidecar);
}

bool names(const std::string &text, const std::string &key) {
    return text.find("`" + key) != std::string::npos;
}

}  // namespace

TEST_CASE("levels are handed over in the order of the channels and the axes") {
    CHECK(levels(Channels::rgb, Layout::nchw).bytes() == Bytes{10, 255, 20, 0, 30, 128});
    CHECK(levels(Channels::rgb, Layout::nhwc).bytes() == Bytes{10, 20, 30, 255, 0, 128});
    CHECK(levels(Channels::bgr, Layout::nchw).bytes() == Bytes{30, 128, 20, 0, 10, 255});
    CHECK(levels(Channels::bgr, Layout::nhwc).bytes() == Bytes{30, 20, 10, 128, 0, 255});
    CHECK(levels(Channels::gray, Layout::nhwc).bytes() == Bytes{18, 91});
    CHECK(levels(Channels::gray, Layout::nchw).text() == "uint8 [1, 1, 1, 2]");
    CHECK(levels(Channels::bgr, Layout::nhwc).text() == "uint8 [1, 1, 2, 3]");
}

TEST_CASE("mean and std are in the order of the channels") {
    const onpar::Tensor bgr = onpar::normalise(
        photo, {{.5, .25, .125}, {.5, .25, 2}, Channels::bgr, Layout::nhwc, Dtype::float32});
    const float expected[] = {-.7647059f, -.6862745f, -.042892158f, .003921628f, -1, .4375f};
    for (int i = 0; i < 6; i++) {
        CHECK(bgr.floats()[i] == expected[i]);
    }
    const onpar::Tensor gray =
        onpar::normalise(photo, {{.5}, {.25}, Channels::gray, Layout::nchw, Dtype::float32});
    CHECK(gray.floats()[0] == -1.7176471f);
    CHECK(gray.floats()[1] == -.572549f);
}

TEST_CASE("normalize needs known channels, layout and type, and a mean for each channel") {
    CHECK(names(refusal(2, "channels", "rgba"), "steps[2].channels"));
    CHECK(names(refusal(2, "layout", "CHW"), "steps[2].layout"));
    CHECK(names(refusal(2, "dtype", "int32"), "steps[2].dtype"));
    CHECK(names(refusal(2, "channels", "gray"), "steps[2].mean"));
    CHECK(names(refusal(2, "dtype", "uint8"), "steps[2].mean"));
    CHECK(names(refusal(2, "mean", json::array()), "steps[2].mean"));
    CHECK(names(refusal(2, "std", {1, 1}), "steps[2].std"));
    CHECK(names(refusal(2, "layout", "NHWC"), "model.inputs[0].shape"));
    json gone = onpar::sample_sidecar();
    gone["steps"][2].erase("layout");
    CHECK(names(onpar::why_refused(gone), "steps[2].layout"));
}

TEST_CASE("a network may take levels, the last axis the channels") {
    json sidecar = onpar::sample_sidecar();
    json &normalize = sidecar["steps"][2];
    normalize["mean"] = normalize["std"] = json::array();
    normalize["dtype"] = "uint8";
    normalize["layout"] = "NHWC";
    json &input = sidecar["inputs"][0];
    input["dtype"] = "uint8";
    input["shape"] = {1, 1, 2, 3};
    sidecar["model"]["inputs"] = sidecar["inputs"];
    sidecar["model"]["inputs"][0]["name"] = "pixels";
    CHECK(onpar::read(sidecar).chain.taken()[0].text() == "uint8 [1, 1, 2, 3]");
}

TEST_CASE("the shorter side has its length before the centre is cut out") {
    Bytes pixels(5 * 9 * 3);
    for (std::size_t i = 0; i < pixels.size(); i++) {
        pixels[i] = static_cast<uint8_t>(i * 7);
    }
    const onpar::RgbImage wide(5, 9, std::move(pixels));
    CHECK(onpar::fit(wide, {2, 3, onpar::FitMode::shorter, {}, 4}).pixels ==
          Bytes{216, 128, 135, 119, 103, 110, 125, 132, 100, 138, 145, 152, 167, 174, 181, 196, 203,
                171});
}

TEST_CASE("the shorter side covers the size, and is 0 with another fit") {
    CHECK(names(refusal(1, "shorter", 2), "steps[1].shorter` is 2, expected 0;"));
    json sidecar = onpar::sample_sidecar();
    json &resize = sidecar["steps"][1];
    resize["fit"] = "shorter";
    for (int side : {0, 1, 65536}) {
        resize["shorter"] = side;
        CHECK(names(onpar::why_refused(sidecar), "steps[1].shorter"));
    }
    for (int side : {2, 65535}) {
        resize["shorter"] = side;
        CHECK(onpar::why_refused(sidecar) == "");
    }
    resize.erase("shorter");
    CHECK(names(onpar::why_refused(sidecar), "steps[1].shorter"));
}
