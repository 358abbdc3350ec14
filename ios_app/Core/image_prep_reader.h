#pragma once

#include <optional>
#include <vector>

#include "image_prep.h"
#include "json_value.h"
#include "tensor.h"

namespace onpar {

/// Read and validate the sidecar's `model.prep`; none where the model takes no photo. One of the
/// `inputs` must take the image: with io `tensor` f32 [1, 3, h, w], else u8 [h, w, 3]. Throws
/// InputError.
std::optional<ImagePrep> read_image_prep(const JsonValue &prep,
                                         const std::vector<TensorSpec> &inputs, bool tensor);

/// A colour: R, G, B of 0 to 255. Throws InputError.
std::array<uint8_t, 3> read_levels(const JsonValue &list);

}  // namespace onpar
