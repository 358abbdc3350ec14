#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../Core/class_picture.h"
#include "../Core/made_picture.h"
#include "../Core/rgb_image.h"
#include "../Core/session.h"
#include "../Core/top_labels.h"

/// What the Objective-C objects hold, in C++.

struct ONPDecoded {
    onpar::RgbImage image;

    /// Of the photo's file.
    std::string sha256;
};

struct ONPSegmentation {
    onpar::Segmentation made;

    /// None where the model has no class map.
    std::optional<onpar::ClassPicture> picture;

    /// None where the model's last step is not `to-image`.
    std::optional<onpar::MadePicture> made_picture;

    /// None where the model's last step is not `top-k`.
    std::vector<onpar::TopLabel> labels;
};

struct ONPLoaded {
    onpar::Session session;
};
