"""DeepLabV3 on MobileNetV3-Large: torchvision's model, 21 PASCAL VOC classes."""

from __future__ import annotations

from dataclasses import replace

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.paths import PHOTOS, SCENES
from onpar.pipeline.recipes.deeplabv3 import deeplabv3
from onpar.pipeline.recipes.recipe import Recipe


def recipe(options: RecipeOptions) -> Recipe:
    """One output `out` f32 [1, 21, h, w] of logits, and `aux` if the options keep it.

    Two of its cases are generated scenes, for the demo weights, to which a photograph is
    background.
    """
    made = deeplabv3(options, "DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1")
    return replace(made, photos=(*PHOTOS, *SCENES))
