#pragma once

#include <string>

#include "photo.h"

namespace onpar {

/// EXIF orientation: pixels as the camera held them become pixels as a viewer shows them.
///
/// Undoes the orientation that the block states; none and unknown values change nothing. `exif`
/// begins with a TIFF header (TIFF 6.0, section 2), which some writers of PNG put behind JPEG's
/// prefix. `name` is the file's, for errors. Throws InputError without such a header.
RgbImage upright(RgbImage image, const Bytes &exif, const std::string &name);

}  // namespace onpar
