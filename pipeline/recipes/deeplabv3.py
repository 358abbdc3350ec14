"""The common part of torchvision's three DeepLabV3 recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onpar.parity.contract.spec import ClassMap, ImagePrep, ModelSpec, RecipeOptions, TensorSpec
from onpar.pipeline.paths import CALIBRATION, DEMO, TOLERANCES
from onpar.pipeline.recipes.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""torchvision.transforms._presets.SemanticSegmentation's defaults."""

VOC_CLASSES = (
    "background",
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
)
"""PASCAL VOC's classes in their order (torchvision spells the background `__background__`)."""


TOO_SLOW_FORMATS = {"pte_portable": "ExecuTorch's portable kernels take minutes for one photo"}
"""The formats that the ResNets leave out (docs/executorch.md has the figure)."""


def voc_palette() -> tuple[tuple[int, int, int], ...]:
    """PASCAL VOC's colours: bit k of a class goes to bit 7 − k//3 of channel k % 3 (the VOC
    development kit's VOClabelcolormap)."""
    return tuple(
        (_colour(index, 0), _colour(index, 1), _colour(index, 2))
        for index in range(len(VOC_CLASSES))
    )


def _colour(index: int, channel: int) -> int:
    return sum(((index >> (3 * k + channel)) & 1) << (7 - k) for k in range(3))


def deeplabv3(options: RecipeOptions, weights: str) -> Recipe:
    """The recipe of torchvision's model `options.recipe` with 21 classes; its published weights are
    torchvision's `weights`."""
    h, w = options.height, options.width
    demo = DEMO / f"{options.recipe}.safetensors"
    names = ("out", "aux") if options.keep_aux else ("out",)

    def build() -> nn.Module:
        from torchvision.models import get_model

        model: nn.Module = get_model(
            options.recipe,
            weights=None,
            weights_backbone=None,
            num_classes=len(VOC_CLASSES),
            aux_loss=options.keep_aux,
        )
        return model

    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.recipe,
            inputs=(TensorSpec("image", (1, 3, h, w)),),
            outputs=tuple(TensorSpec(n, (1, len(VOC_CLASSES), h, w)) for n in names),
            prep=ImagePrep("image", h, w, IMAGENET_MEAN, IMAGENET_STD),
            classmap=ClassMap("out", VOC_CLASSES, voc_palette()),
        ),
        build=build,
        pretrained=weights,
        demo=demo if demo.exists() else None,
        seedable=True,
        calibration=CALIBRATION,
        measured=TOLERANCES,
        ignored=() if options.keep_aux else ("aux_classifier.",),
    )
