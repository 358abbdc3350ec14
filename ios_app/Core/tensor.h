#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace onpar {

/// The item types that a capture may hold.
enum class Dtype { uint8, int8, float32, int32, int64 };

/// numpy's name, safetensors' name, and the size of an item in bytes.
struct DtypeNames {
    Dtype dtype;
    const char *numpy;
    const char *safetensors;
    std::size_t bytes;
};

const DtypeNames &names(Dtype dtype);

/// The type of this numpy name; null where a capture cannot hold it.
const DtypeNames *dtype_named(const std::string &numpy);

/// Name, shape and item type of one input or output.
struct TensorSpec {
    std::string name;
    Dtype dtype;
    std::vector<int64_t> shape;

    /// Type and shape, such as `float32 [1, 3, 400, 400]`.
    std::string text() const;
};

/// A dense tensor in C order that owns its memory: nothing of it ends before it does.
///
/// Items are little-endian, as in a capture file and on every machine that iOS and the host run on.
class Tensor {
public:
    /// Of zeros. Throws std::invalid_argument where a side is negative, or it is above 2 GiB.
    Tensor(Dtype dtype, std::vector<int64_t> shape);

    /// Of these bytes. Throws std::invalid_argument where they are more or fewer than the shape's.
    Tensor(Dtype dtype, std::vector<int64_t> shape, std::vector<uint8_t> bytes);

    Dtype dtype() const { return dtype_; }
    const std::vector<int64_t> &shape() const { return shape_; }
    const std::vector<uint8_t> &bytes() const { return bytes_; }
    std::vector<uint8_t> &bytes() { return bytes_; }

    /// Its values as f32. Throws std::invalid_argument for another type.
    const float *floats() const;
    float *floats();

    /// Type and shape, such as `float32 [1, 3, 400, 400]`.
    std::string text() const;

private:
    Dtype dtype_;
    std::vector<int64_t> shape_;
    std::vector<uint8_t> bytes_;
};

/// The same integers as int32. Throws InputError for one that int32 does not hold.
Tensor as_int32(const Tensor &integers);

/// By name, in the order of the names' bytes, which in UTF-8 is that of their code points.
using Tensors = std::map<std::string, Tensor>;

/// Size in bytes. Throws std::invalid_argument where a side is negative, or it is above 2 GiB.
std::size_t size_of(Dtype dtype, const std::vector<int64_t> &shape);

std::string text(Dtype dtype, const std::vector<int64_t> &shape);

}  // namespace onpar
