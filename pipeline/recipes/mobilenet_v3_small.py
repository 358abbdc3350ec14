"""MobileNetV3-Small: torchvision's model, ImageNet's 1,000 classes."""

from __future__ import annotations

from dataclasses import replace

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.paths import PHOTOS, SCENES_OF_ONE
from onpar.pipeline.recipes.classifier import classifier
from onpar.pipeline.recipes.recipe import Recipe


def recipe(options: RecipeOptions) -> Recipe:
    """One output `logits` f32 [1, 1000]; any size.

    Three of its cases are generated scenes, for the demo weights, which recognise nothing on a
    photograph.
    """
    made = classifier(options, "MobileNet_V3_Small_Weights.IMAGENET1K_V1")
    return replace(made, photos=(*PHOTOS, *SCENES_OF_ONE))
