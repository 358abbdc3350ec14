"""The common part of torchvision's three DeepLabV3 recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onpar.parity.contract.chains import segmentation
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.paths import CALIBRATION, DEMO, TOLERANCES
from onpar.pipeline.recipes.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn

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


def deeplabv3(options: RecipeOptions, weights: str) -> Recipe:
    """The recipe of torchvision's model `options.recipe` with 21 classes; its published weights are
    torchvision's `weights`."""
    h, w = options.height, options.width
    demo = DEMO / f"{options.recipe}.safetensors"
    aux = TensorSpec("aux", (1, len(VOC_CLASSES), h, w))
    more = (aux,) if options.keep_aux else ()

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
        model=segmentation(options, VOC_CLASSES, more=more),
        build=build,
        pretrained=weights,
        demo=demo if demo.exists() else None,
        seedable=True,
        calibration=CALIBRATION,
        measured=TOLERANCES,
        ignored=() if options.keep_aux else ("aux_classifier.",),
    )
