"""Small scripts that use what PyTorch has had for long, and what it has had since a short time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Body = Callable[[Tensor], Tensor]

BODIES: dict[str, Body] = {
    "convolution": lambda x: F.conv2d(x, torch.ones(2, 3, 3, 3), stride=2, padding=1),
    "convolution, padding by name": lambda x: F.conv2d(x, torch.ones(2, 3, 3, 3), padding="same"),
    "bilinear": lambda x: F.interpolate(x, (9, 7), mode="bilinear", align_corners=False),
    "antialiased": lambda x: F.interpolate(x, (9, 7), mode="bilinear", antialias=True),
    "lanczos": lambda x: F.interpolate(x, (9, 7), mode="lanczos", antialias=True),
    "gelu": lambda x: F.gelu(x, approximate="tanh"),
    "attention": lambda x: F.scaled_dot_product_attention(x, x, x),
    "attention, enable_gqa": lambda x: F.scaled_dot_product_attention(x, x, x, enable_gqa=True),
    "rms_norm": lambda x: F.rms_norm(x, [6]),
    "layer_norm": lambda x: F.layer_norm(x, [6]),
    "stable argsort": lambda x: torch.argsort(x, stable=True),
    "division, rounded": lambda x: torch.div(x, 2, rounding_mode="floor"),
    "einsum": lambda x: torch.einsum("bchw,bdhw->bcd", x, x),
    "variance, corrected": lambda x: torch.var(x, dim=(2, 3), correction=0),
    "sum of everything": lambda x: x.sum(),
    "unravelled": lambda x: torch.unravel_index(x.argmax(), (3, 8, 6))[0],
    "quantile": lambda x: torch.quantile(x, 0.5, interpolation="lower"),
    "grid": lambda x: F.grid_sample(x, torch.zeros(1, 2, 2, 2), align_corners=False),
    "vecdot": lambda x: torch.linalg.vecdot(x, x),
    "hash": lambda x: torch.hash_tensor(x),
    "shuffled": lambda x: F.pixel_shuffle(x.repeat(1, 4, 1, 1), 2),
    "bucketized": lambda x: torch.bucketize(x, torch.tensor([0.0, 1.0])),
    "unfolded": lambda x: F.unfold(x, 2),
    "is it finite": lambda x: torch.isin(x, torch.ones(1)),
    "softmax": lambda x: x.softmax(1),
    "top": lambda x: x.flatten().topk(2).values,
    "scattered": lambda x: x.scatter_reduce(2, torch.zeros(1, 3, 1, 6).long(), x[:, :, :1], "amax"),
    "dropout": lambda x: F.dropout(x, 0.5, training=False),
}


class Runs(nn.Module):
    """A module of one body."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class Resized(nn.Module):
    """What scripting inlines with all the modes of interpolate."""

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(x, size=(9, 7), mode="bilinear", align_corners=False)


def traced(name: str, folder: Path) -> tuple[Path, Path]:
    """A body as `.pt` and as `.ptl`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script = torch.jit.trace(Runs(BODIES[name]), torch.rand(1, 3, 8, 6))
        return saved(script, folder / name.replace(" ", "_"))


def resized(folder: Path, *, frozen: bool) -> tuple[Path, Path]:
    """`Resized`, scripted, as `.pt` and as `.ptl`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script = torch.jit.script(Resized().eval())
        script = torch.jit.freeze(script) if frozen else script
        return saved(script, folder / ("frozen" if frozen else "unfrozen"))


def saved(script: torch.jit.ScriptModule, stem: Path) -> tuple[Path, Path]:
    full, lite = Path(f"{stem}.pt"), Path(f"{stem}.ptl")
    script.save(str(full))
    script._save_for_lite_interpreter(str(lite))
    return full, lite
