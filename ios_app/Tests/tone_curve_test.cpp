#include <doctest/doctest.h>

#include "../Core/photo/fixed.h"
#include "../Core/photo/tone_curve.h"
#include "photo_files.h"

namespace {

using namespace onpar;
using namespace std::string_view_literals;

double at(const Bytes &tag, float x) {
    return ToneCurve::parse(ByteView(tag)).at(x);
}

Bytes curve(const Bytes &values) {
    return joined({bytes_of("curv\0\0\0\0"sv), number(values.size() / 2, 4), values});
}

}  // namespace

TEST_CASE("fixed-point numbers round as LittleCMS's do, and never leave their range") {
    CHECK(to_fourteen(1) == 16384);
    CHECK(to_fourteen(-0.5 / 16384) == 0);
    CHECK(to_fourteen(1e300) == 1 << 30);
    CHECK(to_fourteen(-1e300) == -(1 << 30));
    CHECK(to_fourteen(0.0 * 1e300 * 1e300) == 0);
    CHECK(to_word(-3) == 0);
    CHECK(to_word(0.5) == 1);
    CHECK(to_word(1e9) == 65535);
    CHECK(to_level(65535) == 255);
    CHECK(to_level(257) == 1);
}

TEST_CASE("curves of every kind have their values") {
    CHECK(at(curve({}), 0.25f) == 0.25);
    CHECK(at(curve({2, 0}), 0.5f) == 0.25);
    CHECK(at(curve({0xff, 0xff, 0, 0}), 0.25f) == doctest::Approx(0.75).epsilon(0.0001));
    const Bytes para = bytes_of("para\0\0\0\0"sv);
    const Bytes one = {0, 1, 0, 0};
    const Bytes two = {0, 2, 0, 0};
    const Bytes zero = {0, 0, 0, 0};
    CHECK(at(joined({para, {0, 0, 0, 0}, two}), 0.5f) == 0.25);
    CHECK(at(joined({para, {0, 1, 0, 0}, two, one, zero}), 0.5f) == 0.25);
    CHECK(at(joined({para, {0, 1, 0, 0}, two, zero, one}), 0.5f) == 0);
    CHECK(at(joined({para, {0, 2, 0, 0}, two, one, zero, one}), 0.5f) == 1.25);
    CHECK(at(joined({para, {0, 3, 0, 0}, two, one, zero, two, one}), 0.5f) == 1);
    CHECK(at(joined({para, {0, 4, 0, 0}, two, one, zero, two, zero, one, one}), 0.5f) == 1.25);
}
