"""DeepLabV3 on ResNet-101: torchvision's model, 21 PASCAL VOC classes."""

from __future__ import annotations

from dataclasses import replace

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.recipes.deeplabv3 import TOO_SLOW_FORMATS, deeplabv3
from onpar.pipeline.recipes.recipe import Recipe


def recipe(options: RecipeOptions) -> Recipe:
    """One output `out` f32 [1, 21, h, w] of logits, and `aux` if the options keep it."""
    made = deeplabv3(options, "DeepLabV3_ResNet101_Weights.COCO_WITH_VOC_LABELS_V1")
    return replace(made, left_out=TOO_SLOW_FORMATS)
