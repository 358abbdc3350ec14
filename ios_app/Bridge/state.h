#pragma once

#include <optional>
#include <string>

#include "../Core/class_map.h"
#include "../Core/rgb_image.h"
#include "../Core/session.h"

/// What the Objective-C objects hold, in C++.

struct ONPDecoded {
    onpar::RgbImage image;

    /// Of the photo's file.
    std::string sha256;
};

struct ONPSegmentation {
    onpar::Segmentation made;
    std::optional<onpar::ClassMapSpec> classes;

    /// Whether the photo was stretched to the model's shape.
    bool squeezed;
};

struct ONPLoaded {
    onpar::Session session;
};
