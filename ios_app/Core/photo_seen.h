#pragma once

#include "chain.h"
#include "steps/resize_image.h"

namespace onpar {

/// The last step in front of the file that resizes a photo: it makes what the model saw. Null where
/// there is none.
const ResizeImage *photo_seen(const Chain &chain);

}  // namespace onpar
