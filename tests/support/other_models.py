"""Small models of the kinds that people ship, each with random weights of a seed, as recipes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from onpar.exporters import Source
from onpar.parity.contract.chains import photo
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes.recipe import Recipe

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Kind:
    """The module, its outputs, and what goes in: a photo of `size`, or what `draw` gives."""

    build: Callable[[], nn.Module]
    outputs: tuple[TensorSpec, ...]
    size: int = 0
    draw: Callable[[np.random.Generator], dict[str, Any]] | None = None


def block(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outside), nn.SiLU())


class Classifier(nn.Module):
    """Convolutions, pooling, a linear layer: logits, and their softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(block(3, 24, 2), block(24, 48, 2), block(48, 96, 2))
        self.head = nn.Linear(96, 1000)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self.head(self.body(image).mean((2, 3)))
        return logits, logits.softmax(1)


class Layer(nn.Module):
    """Self-attention and a feed-forward part, each behind a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.given, self.taken = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.forth = nn.Sequential(nn.Linear(width, 512), nn.GELU(), nn.Linear(512, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        parts = self.given(self.before(x)).chunk(3, 2)
        q, k, v = (p.unflatten(2, (self.heads, -1)).transpose(1, 2) for p in parts)
        seen = nn.functional.scaled_dot_product_attention(q, k, v)
        x = x + self.taken(seen.transpose(1, 2).flatten(2))
        added: torch.Tensor = x + self.forth(self.between(x))
        return added


class Attention(nn.Module):
    """Tokens, two layers of self-attention: hidden states, a pooled one, logits."""

    def __init__(self, width: int = 256, words: int = 500) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(24, width)
        self.body = nn.Sequential(Layer(width, 4), Layer(width, 4), nn.LayerNorm(width))
        self.head = nn.Linear(width, words)

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = self.body(self.words(ids) + self.places.weight[None])
        return hidden, hidden[:, 0].tanh(), self.head(hidden)


class Recommender(nn.Module):
    """Embeddings, an interaction of dot products, a sigmoid."""

    def __init__(self) -> None:
        super().__init__()
        self.films = nn.ModuleList(nn.Embedding(100, 16) for _ in range(4))
        self.bottom = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 16))
        self.top = nn.Sequential(nn.Linear(16 + 25, 64), nn.ReLU(), nn.Linear(64, 50))

    def forward(self, seen: torch.Tensor, person: torch.Tensor) -> torch.Tensor:
        dense = self.bottom(person)
        rows = torch.stack([dense, *(one(seen[:, i]) for i, one in enumerate(self.films))], 1)
        crossed = (rows @ rows.transpose(1, 2)).flatten(1)
        scores: torch.Tensor = self.top(torch.cat([dense, crossed], 1)).sigmoid()
        return scores


class UNet(nn.Module):
    """Down, up by transposed convolution and by resizing, skips: scores, and a mask of 0–1."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = block(3, 16), block(16, 32), block(32, 64)
        self.up = nn.ConvTranspose2d(64, 32, 2, 2)
        self.fourth, self.fifth = block(64, 32), block(48, 16)
        self.scores, self.mask = nn.Conv2d(16, 5, 1), nn.Conv2d(16, 1, 1)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        pool = nn.functional.max_pool2d
        a = self.first(image)
        b = self.second(pool(a, 2))
        c = self.third(pool(b, 2))
        d = self.fourth(torch.cat([self.up(c), b], 1))
        d = nn.functional.interpolate(d, scale_factor=2, mode="bilinear", align_corners=False)
        e = self.fifth(torch.cat([d, a], 1))
        return self.scores(e), self.mask(e).sigmoid()


class Detector(nn.Module):
    """Two raw heads, and the boxes in pixels with their probabilities that they decode to."""

    anchors = (10.0, 16.0, 33.0)

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(block(3, 16, 2), block(16, 32, 2), block(32, 64, 2))
        self.deeper = block(64, 96, 2)
        self.heads = nn.ModuleList((nn.Conv2d(64, 27, 1), nn.Conv2d(96, 27, 1)))

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        fine = self.body(image)
        raw = [head(x) for head, x in zip(self.heads, (fine, self.deeper(fine)), strict=True)]
        boxes = torch.cat([self.boxes(one, 8.0 * 2**i) for i, one in enumerate(raw)], 1)
        return raw[0], raw[1], boxes

    def boxes(self, raw: torch.Tensor, stride: float) -> torch.Tensor:
        _, _, h, w = raw.shape
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        grid = torch.stack([x, y], -1).to(raw.dtype)
        one = raw.view(1, 3, 9, h, w).permute(0, 1, 3, 4, 2)
        centres = (one[..., :2].sigmoid() * 2 - 0.5 + grid) * stride
        anchors = torch.tensor(self.anchors, dtype=raw.dtype).view(1, 3, 1, 1, 1)
        sizes = (one[..., 2:4].sigmoid() * 2) ** 2 * anchors
        return torch.cat([centres, sizes, one[..., 4:].sigmoid()], -1).reshape(1, -1, 9)


def spec(name: str, *shape: int, groups: int | None = None) -> TensorSpec:
    return TensorSpec(name, shape, groups=groups)


KINDS: Mapping[str, Kind] = {
    "classifier": Kind(Classifier, (spec("logits", 1, 1000), spec("chances", 1, 1000)), 64),
    "attention": Kind(
        Attention,
        (spec("hidden", 1, 24, 256), spec("pooled", 1, 256), spec("logits", 1, 24, 500)),
        draw=lambda random: {"ids": random.integers(0, 500, (1, 24))},
    ),
    "recommender": Kind(
        Recommender,
        (spec("scores", 1, 50),),
        draw=lambda random: {
            "seen": random.integers(0, 100, (1, 4)),
            "person": random.normal(size=(1, 8)).astype(np.float32),
        },
    ),
    "u-net": Kind(UNet, (spec("scores", 1, 5, 64, 64), spec("mask", 1, 1, 64, 64)), 64),
    "detector": Kind(
        Detector,
        (
            spec("fine", 1, 27, 16, 16),
            spec("coarse", 1, 27, 8, 8),
            spec("boxes", 1, 960, 9, groups=-1),
        ),
        128,
    ),
}


def recipe_of(name: str, seed: int) -> Recipe:
    """The recipe; its weights are drawn from `seed`, and the batch norms have statistics."""
    kind = KINDS[name]

    def build() -> nn.Module:
        torch.manual_seed(seed)
        module = kind.build()
        for one in module.modules():
            if isinstance(one, nn.BatchNorm2d):
                nn.init.uniform_(one.weight, 0.5, 1.5)
                nn.init.normal_(one.bias, 0.0, 0.5)
                nn.init.normal_(one.running_mean, 0.0, 0.2)  # type: ignore[arg-type]
                nn.init.uniform_(one.running_var, 0.05, 0.5)  # type: ignore[arg-type]
        return module

    if kind.draw is None:
        return Recipe(
            options=RecipeOptions(name, kind.size, kind.size),
            model=ModelSpec(
                recipe=name,
                inputs=(spec("image", 1, 3, kind.size, kind.size),),
                outputs=kind.outputs,
                steps=photo(
                    "image", kind.size, kind.size, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
                ),
            ),
            build=build,
        )
    random = np.random.default_rng(seed)
    inputs = {f"case{index}": kind.draw(random) for index in range(3)}
    first = inputs["case0"]
    return Recipe(
        options=RecipeOptions(name),
        model=ModelSpec(
            recipe=name,
            inputs=tuple(TensorSpec(n, v.shape, v.dtype.name) for n, v in first.items()),
            outputs=kind.outputs,
        ),
        build=build,
        inputs=inputs,
    )


def int8_source(name: str, seed: int) -> Source:
    """What an int8 file of it is made from: calibrated on its cases, which are read once."""
    recipe = recipe_of(name, seed)
    samples = tuple(recipe.samples())
    module = build_module(recipe).eval()
    return Source(module, None, recipe.model, "int8", "tensor", lambda: iter(samples))
