#include <doctest/doctest.h>

#include <stdexcept>

#include "../Core/artifact.h"
#include "../Core/digest.h"
#include "../Core/input_error.h"
#include "../Core/one_line.h"
#include "../Core/tensor.h"

using onpar::Dtype;
using onpar::Tensor;
using Bytes = std::vector<uint8_t>;

TEST_CASE("a tensor of more or fewer bytes than its shape has is refused") {
    const std::vector<uint8_t> bytes(7);
    CHECK_THROWS_AS(Tensor(Dtype::float32, {2}, bytes), std::invalid_argument);
    CHECK(Tensor(Dtype::uint8, {7}, bytes).text() == "uint8 [7]");
}

TEST_CASE("a shape whose bytes no number holds is refused") {
    const std::vector<int64_t> huge(32, INT32_MAX);
    CHECK_THROWS_AS(onpar::size_of(Dtype::int64, huge), std::invalid_argument);
    CHECK_THROWS_AS(onpar::size_of(Dtype::uint8, {-1}), std::invalid_argument);
    CHECK(onpar::size_of(Dtype::int64, {}) == 8);
}

TEST_CASE("values of another type are not read as floats") {
    CHECK_THROWS_AS(Tensor(Dtype::int32, {2}).floats(), std::invalid_argument);
}

TEST_CASE("a capture's item types are known by numpy's names") {
    CHECK(onpar::dtype_named("int8")->safetensors == std::string("I8"));
    CHECK(Tensor(Dtype::int8, {3}).text() == "int8 [3]");
    CHECK(onpar::dtype_named("float16") == nullptr);
    for (const Dtype one :
         {Dtype::uint8, Dtype::int8, Dtype::float32, Dtype::int32, Dtype::int64}) {
        CHECK(onpar::names(one).dtype == one);
    }
}

TEST_CASE("SHA-256 is FIPS 180-4's") {
    // Its example of one block, "abc", in two pieces.
    CHECK(onpar::sha256(std::vector<onpar::Piece>{{"a", 1}, {"bc", 2}}) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a message becomes one line, cut between characters") {
    CHECK(onpar::one_line(" a\n\tb  c ") == "a b c");
    CHECK(onpar::one_line("ab€", 4) == "ab…");
    CHECK(onpar::one_line("ab€", 5) == "ab€");
}

TEST_CASE("what is not a file is refused with a message") {
    CHECK_THROWS_WITH_AS(onpar::read_file("/dev/null", "a photo", 9),
                         "/dev/null: is not a file, expected a photo", onpar::InputError);
    CHECK_THROWS_WITH_AS(onpar::read_file("/", "a photo", 9), "/: is a folder, expected a photo",
                         onpar::InputError);
}

TEST_CASE("integers of any width are int32 where it holds them") {
    const Tensor expected(Dtype::int32, {1}, Bytes{0xfe, 0xff, 0xff, 0xff});
    CHECK(onpar::as_int32(Tensor(Dtype::int8, {1}, Bytes{0xfe})).bytes() == expected.bytes());
    CHECK(onpar::as_int32(Tensor(Dtype::int64, {1}, Bytes{0xfe, 255, 255, 255, 255, 255, 255, 255}))
              .bytes() == expected.bytes());
    CHECK(onpar::as_int32(Tensor(Dtype::uint8, {1}, Bytes{0xfe})).bytes() == Bytes{0xfe, 0, 0, 0});
    const Tensor large(Dtype::int64, {1}, Bytes{0, 0, 0, 128, 0, 0, 0, 0});
    CHECK_THROWS_WITH_AS(onpar::as_int32(large),
                         "an input has the value 2147483648, the file takes int32; give the model "
                         "smaller numbers",
                         onpar::InputError);
    CHECK_THROWS_AS(onpar::as_int32(Tensor(Dtype::float32, {1})), std::invalid_argument);
}
