#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "../Core/photo/colour_profile.h"
#include "../Core/photo/icc_profile.h"
#include "../Core/photo/matrix_shaper.h"
#include "photo_files.h"

namespace {

using namespace onpar;
using namespace std::string_view_literals;

struct Tag {
    std::string_view name;
    Bytes content;
};

/// An ICC profile of these tags.
Bytes profile_of(std::string_view space, const std::vector<Tag> &tags) {
    Bytes header(128);
    const auto put = [&header](std::size_t at, std::string_view text) {
        std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
    };
    put(16, space);
    put(20, "XYZ ");
    put(36, "acsp");
    Bytes table = number(tags.size(), 4);
    Bytes contents;
    for (const Tag &tag : tags) {
        const std::size_t at = 128 + 4 + 12 * tags.size() + contents.size();
        table = joined({table, bytes_of(tag.name), number(at, 4), number(tag.content.size(), 4)});
        contents = joined({contents, tag.content});
    }
    return joined({header, table, contents});
}

Bytes curve(const Bytes &values) {
    return joined({bytes_of("curv\0\0\0\0"sv), number(values.size() / 2, 4), values});
}

Bytes xyz(uint32_t x, uint32_t y, uint32_t z) {
    return joined({bytes_of("XYZ \0\0\0\0"sv), number(x, 4), number(y, 4), number(z, 4)});
}

/// sRGB's colorants in 16.16, with a curve for all three.
std::vector<Tag> matrix_tags(const Bytes &all) {
    return {{"rXYZ", xyz(0x6fa0, 0x38f5, 0x390)},
            {"gXYZ", xyz(0x6297, 0xb787, 0x18d9)},
            {"bXYZ", xyz(0x249f, 0xf84, 0xb6c2)},
            {"rTRC", all},
            {"gTRC", all},
            {"bTRC", all}};
}

/// Doubles every value, or says that it cannot.
class Doubling : public Platform {
public:
    explicit Doubling(bool fails = false) : fails_(fails) {}
    RgbImage pixels(const PhotoFile &, const std::string &) override {
        throw std::logic_error("no test decodes with it");
    }
    RgbImage to_srgb(const RgbImage &image, const Bytes &, bool) override {
        if (fails_) {
            throw std::runtime_error("the platform cannot");
        }
        Bytes pixels = image.pixels;
        for (uint8_t &value : pixels) {
            value = static_cast<uint8_t>(value < 128 ? 2 * value : 255);
        }
        return RgbImage(image.height, image.width, pixels);
    }

private:
    bool fails_;
};

std::string why(const Bytes &icc, bool grey = false, bool fails = false) {
    Doubling platform(fails);
    return refusal([&] { to_srgb(RgbImage(1, 1, {1, 2, 3}), icc, grey, "photo", platform); });
}

}  // namespace

TEST_CASE("sRGB's colorants and no curve give sRGB's curve inverted") {
    const Bytes icc = profile_of("RGB ", matrix_tags(curve({})));
    const IccProfile profile{ByteView(icc)};
    CHECK(profile.is_matrix());
    // Linear 55/255 is 128 in sRGB, and 1/255 is 13 (IEC 61966-2-1).
    const RgbImage got = MatrixShaper(profile).apply(RgbImage(1, 2, {0, 55, 255, 1, 1, 1}));
    CHECK(got.pixels == Bytes{0, 128, 255, 13, 13, 13});
}

TEST_CASE("where the platform sees more in a profile than its matrix, the platform converts") {
    Doubling platform;
    const Bytes icc = profile_of("RGB ", matrix_tags(curve({2, 0})));
    CHECK(to_srgb(RgbImage(1, 1, {1, 2, 3}), icc, false, "photo", platform).pixels ==
          Bytes{2, 4, 6});
}

TEST_CASE("a profile with a table is not a matrix, nor one without a curve") {
    std::vector<Tag> tags = matrix_tags(curve({}));
    tags.push_back({"A2B0", {}});
    const Bytes table = profile_of("RGB ", tags);
    CHECK(!IccProfile(ByteView(table)).is_matrix());
    tags.resize(5);
    const Bytes incomplete = profile_of("RGB ", tags);
    CHECK(!IccProfile(ByteView(incomplete)).is_matrix());
}

TEST_CASE("a profile that cannot be used is refused with a message") {
    const auto said = [](const std::string &found) {
        return "photo: has a colour profile that cannot be used (" + found + "); save it as sRGB";
    };
    CHECK(why({}) == said("it is not an ICC profile"));
    CHECK(why(profile_of("CMYK", {})) == said("it is for CMYK colours, the pixels are RGB"));
    CHECK(why(profile_of("\xff\n  ", {})) == said("it is for ?? colours, the pixels are RGB"));
    CHECK(why(profile_of("GRAY", {})) == said("it is for GRAY colours, the pixels are RGB"));
    CHECK(why(profile_of("GRAY", {}), true) == "");
    CHECK(why(profile_of("RGB ", {}), false, true) == said("the platform cannot"));
    CHECK(why(profile_of("RGB ", matrix_tags(bytes_of("text........")))) ==
          said("a tone curve is of an unknown type"));
    CHECK(why(profile_of("RGB ", matrix_tags(bytes_of("curv\0\0\0\0\0\0\0\x09"sv)))) ==
          said("a tone curve is not whole"));
    Bytes many = profile_of("RGB ", {});
    many[131] = 1;
    CHECK(why(many) == said("its tags are not whole"));
}
