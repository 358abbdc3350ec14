"""The recipes of classifiers: torchvision's labels and preparation, and seeds worth comparing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models import VisionTransformer, get_weight

from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.image.decode import decode
from onpar.pipeline.errors import OnparError
from onpar.pipeline.golden.cheap_gate import cheap_gate
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.modules.vision_transformer import vision_transformer
from onpar.pipeline.recipes.vit_tiny import HEADS, HIDDEN, LAYERS, MLP, PATCH
from onpar.pipeline.weights.load import load_weights

PUBLISHED = ("resnet18", "mobilenet_v3_small")


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_labels_are_those_of_torchvisions_published_weights(name: str) -> None:
    recipe = load_recipe(RecipeOptions(name, 224, 224))
    top = recipe.model.steps[-1]
    assert isinstance(top, TopK)
    assert list(top.labels) == get_weight(str(recipe.pretrained)).meta["categories"]
    assert top.k == 5


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_photo_is_prepared_as_the_published_weights_prepare_it(name: str) -> None:
    recipe = load_recipe(RecipeOptions(name, 224, 224))
    prepare = get_weight(str(recipe.pretrained)).transforms()
    coffee = recipe.photos[2]
    pixels = decode(coffee.read_bytes(), coffee.name)
    [taken] = recipe.inputs_of(recipe.sources_of(coffee.stem)).values()
    assert np.array_equal(taken[0], prepare(Image.fromarray(pixels)).numpy())


@pytest.mark.parametrize(
    ("name", "height", "width"),
    [("resnet18", 64, 64), ("mobilenet_v3_small", 64, 96), ("vit_tiny", 64, 64)],
)
def test_seeded_weights_are_worth_comparing_with(name: str, height: int, width: int) -> None:
    recipe = load_recipe(RecipeOptions(name, height, width))
    module = build_module(recipe)
    load_weights(module, recipe, "seeded:0", True, Path("unused"))
    assert cheap_gate(recipe, module) == ()


@pytest.mark.parametrize(("size", "near"), [((64, 96), 64), ((100, 100), 96), ((3, 3), 16)])
def test_a_size_that_vit_tiny_does_not_take_is_refused_with_one_that_it_takes(
    size: tuple[int, int], near: int
) -> None:
    with pytest.raises(OnparError, match=f"--size {size[0]}x{size[1]}.*use --size {near}x{near}"):
        load_recipe(RecipeOptions("vit_tiny", *size))
    load_recipe(RecipeOptions("vit_tiny", near, near))


def test_vit_tiny_is_torchvisions_module_with_an_attention_that_every_libtorch_has() -> None:
    ours = build_module(load_recipe(RecipeOptions("vit_tiny", 32, 32))).double()
    theirs = VisionTransformer(32, PATCH, LAYERS, HEADS, HIDDEN, MLP).double().eval()
    theirs.load_state_dict(ours.state_dict())  # of the same names and shapes
    image = torch.randn(2, 3, 32, 32, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(ours(image), theirs(image), rtol=1e-10, atol=1e-12)
        graph = str(torch.export.export(ours, (image,)).graph)
    assert "aten.softmax" in graph and "scaled_dot_product" not in graph


def test_seeded_weights_of_vit_tiny_are_those_of_torchvisions_module() -> None:
    torch.manual_seed(0)
    ours = vision_transformer(32, PATCH, 2, HEADS, HIDDEN, MLP).state_dict()
    torch.manual_seed(0)
    theirs = VisionTransformer(32, PATCH, 2, HEADS, HIDDEN, MLP).state_dict()
    assert list(ours) == list(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
