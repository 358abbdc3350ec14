"""The common part of the ImageNet classifiers' recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onpar.parity.contract.chains import classification
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.paths import CALIBRATION, DEMO, TOLERANCES
from onpar.pipeline.recipes.imagenet import LABELS
from onpar.pipeline.recipes.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn


def classifier(options: RecipeOptions, weights: str) -> Recipe:
    """The recipe of torchvision's model `options.recipe` with ImageNet's 1,000 classes; its
    published weights are torchvision's `weights`.

    One output `logits` f32 [1, 1000]. The photo is prepared as torchvision's
    `ImageClassification` does it for 224×224, the default size: the shorter side becomes 256
    pixels, bilinear and antialiased, and the centre is cut out; other sizes in proportion.
    """
    demo = DEMO / f"{options.recipe}.safetensors"

    def build() -> nn.Module:
        from torchvision.models import get_model

        model: nn.Module = get_model(options.recipe, weights=None)
        return model

    return Recipe(
        options=options,
        model=classification(options, LABELS),
        build=build,
        pretrained=weights,
        demo=demo if demo.exists() else None,
        size=(224, 224),
        seedable=True,
        calibration=CALIBRATION,
        measured=TOLERANCES,
    )
