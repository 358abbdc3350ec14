#include "tensor.h"

#include <cstring>
#include <stdexcept>

#include "input_error.h"
#include "limits.h"

namespace onpar {
namespace {

constexpr DtypeNames all[] = {
    {Dtype::uint8, "uint8", "U8", 1},      {Dtype::int8, "int8", "I8", 1},
    {Dtype::float32, "float32", "F32", 4}, {Dtype::int32, "int32", "I32", 4},
    {Dtype::int64, "int64", "I64", 8},
};

constexpr std::size_t limit = limits::max_tensor_bytes;

template <typename Item>
Tensor copied_as_int32(const Tensor &integers) {
    Tensor made(Dtype::int32, integers.shape());
    for (std::size_t i = 0; i * sizeof(Item) < integers.bytes().size(); i++) {
        Item value;
        std::memcpy(&value, &integers.bytes()[i * sizeof value], sizeof value);
        const int32_t narrow = static_cast<int32_t>(value);
        if (narrow != value) {
            throw InputError("an input has the value " + std::to_string(value) +
                             ", the file takes int32; give the model smaller numbers");
        }
        std::memcpy(&made.bytes()[i * sizeof narrow], &narrow, sizeof narrow);
    }
    return made;
}

}  // namespace

const DtypeNames &names(Dtype dtype) {
    return all[static_cast<std::size_t>(dtype)];
}

const DtypeNames *dtype_named(const std::string &numpy) {
    for (const DtypeNames &one : all) {
        if (numpy == one.numpy) {
            return &one;
        }
    }
    return nullptr;
}

std::size_t size_of(Dtype dtype, const std::vector<int64_t> &shape) {
    std::size_t size = names(dtype).bytes;
    for (int64_t side : shape) {
        // Both factors are at most 2³¹, so their product fits.
        if (side < 0 || static_cast<uint64_t>(side) > limit ||
            size * static_cast<std::size_t>(side) > limit) {
            throw std::invalid_argument("got " + text(dtype, shape) + ", expected at most 2 GiB");
        }
        size *= static_cast<std::size_t>(side);
    }
    return size;
}

std::string text(Dtype dtype, const std::vector<int64_t> &shape) {
    std::string sides;
    for (int64_t side : shape) {
        sides += (sides.empty() ? "" : ", ") + std::to_string(side);
    }
    return std::string(names(dtype).numpy) + " [" + sides + "]";
}

std::string TensorSpec::text() const {
    return onpar::text(dtype, shape);
}

Tensor::Tensor(Dtype dtype, std::vector<int64_t> shape)
    : dtype_(dtype), shape_(std::move(shape)), bytes_(size_of(dtype_, shape_)) {}

Tensor::Tensor(Dtype dtype, std::vector<int64_t> shape, std::vector<uint8_t> bytes)
    : dtype_(dtype), shape_(std::move(shape)), bytes_(std::move(bytes)) {
    if (bytes_.size() != size_of(dtype_, shape_)) {
        throw std::invalid_argument("got " + std::to_string(bytes_.size()) + " bytes, expected " +
                                    std::to_string(size_of(dtype_, shape_)) + " for " + text());
    }
}

const float *Tensor::floats() const {
    if (dtype_ != Dtype::float32) {
        throw std::invalid_argument("got " + text() + ", expected float32");
    }
    // A vector's memory is aligned for any item type.
    return reinterpret_cast<const float *>(bytes_.data());
}

float *Tensor::floats() {
    return const_cast<float *>(static_cast<const Tensor &>(*this).floats());
}

std::string Tensor::text() const {
    return onpar::text(dtype_, shape_);
}

Tensor as_int32(const Tensor &integers) {
    switch (integers.dtype()) {
        case Dtype::uint8:
            return copied_as_int32<uint8_t>(integers);
        case Dtype::int8:
            return copied_as_int32<int8_t>(integers);
        case Dtype::int64:
            return copied_as_int32<int64_t>(integers);
        case Dtype::int32:
            return integers;
        case Dtype::float32:
            break;
    }
    throw std::invalid_argument("got " + integers.text() + ", expected integers");
}

}  // namespace onpar
