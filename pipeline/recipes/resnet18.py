"""ResNet-18: torchvision's model, ImageNet's 1,000 classes."""

from __future__ import annotations

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.recipes.classifier import classifier
from onpar.pipeline.recipes.recipe import Recipe


def recipe(options: RecipeOptions) -> Recipe:
    """One output `logits` f32 [1, 1000]; any size."""
    return classifier(options, "ResNet18_Weights.IMAGENET1K_V1")
