"""A vision transformer of DeiT-Tiny's sizes: torchvision's module with its attention written out,
ImageNet's 1,000 classes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.classifier import classifier
from onpar.pipeline.recipes.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn

PATCH, LAYERS, HEADS, HIDDEN, MLP = 16, 12, 3, 192, 768
"""Touvron et al. 2021 (arXiv:2012.12877), table 1: DeiT-Ti."""


def recipe(options: RecipeOptions) -> Recipe:
    """One output `logits` f32 [1, 1000].

    torchvision publishes no weights of this size, and DeiT's have other names and other fused
    tensors, so there are `seeded:N`, `built`, and the path of weights that were trained with
    torchvision's module. Raises OnparError for a size that is not square, or not a multiple of 16.
    """
    side = options.height
    if side != options.width or side % PATCH:
        near = max(PATCH, round(side / PATCH) * PATCH)
        raise OnparError(
            f"--size {side}x{options.width}: recipe {options.name} takes squares whose side is a "
            f"multiple of {PATCH}; use --size {near}x{near}"
        )

    def build() -> nn.Module:
        from onpar.pipeline.recipes.modules.vision_transformer import vision_transformer

        return vision_transformer(side, PATCH, LAYERS, HEADS, HIDDEN, MLP)

    return replace(classifier(options, ""), build=build)
