"""Weights in few bits, everything else in float: the module with exactly the weights that the files
store. Every format is made from it, and stores what it finds without a further loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import fx, nn
from torchao.quantization.pt2e.utils import _fuse_conv_bn_

from onpar.exporters import Source
from onpar.exporters.errors import ExportError, left_out
from onpar.exporters.graphs.exported import exported
from onpar.exporters.program import Inputs, Program
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding
from onpar.exporters.quantization.exact.in_float64 import InFloat64
from onpar.exporters.quantization.held import LEVELS

F32 = NDArray[np.float32]

WEIGHTS = {
    "aten.conv1d.default": (1, 0),
    "aten.conv2d.default": (1, 0),
    "aten.conv3d.default": (1, 0),
    "aten.conv_transpose1d.default": (1, 1),
    "aten.conv_transpose2d.input": (1, 1),
    "aten.conv_transpose3d.input": (1, 1),
    "aten.linear.default": (1, 0),
    "aten.embedding.default": (0, 0),
}
"""By operator, which argument is a weight, and the axis of its output channels; of a table, of its
rows."""

LEAST = 2048
"""The number of values above which a weight is compressed: coremltools' `weight_threshold`."""

BITS = 6
"""The bits of an index into a palette, one for a tensor. Measured (docs/quantization.md): 4 bits
cost too much of every model here."""

BINS = 4096
"""How many different values the clustering sees: of millions it takes minutes, and 64 of them are
0.1 dB better at most."""


@dataclass(frozen=True)
class Rounded:
    """The module in float32 with rounded weights, whose output is a tuple in the specs' order, and
    those weights by name."""

    module: fx.GraphModule
    weights: dict[str, F32]

    def put(self, name: str, values: F32) -> None:
        """Compute with these values as the weight of this name."""
        owner, _, last = name.rpartition(".")
        value = nn.Parameter(torch.from_numpy(values.copy()), requires_grad=False)
        setattr(self.module.get_submodule(owner), last, value)

    def program(self, source: Source) -> Program:
        """What a file computes that stores these weights."""
        names = [spec.name for spec in source.model.outputs]

        def exact(inputs: Inputs, _: Rounding) -> dict[str, F64]:
            made = InFloat64(self.module).of(inputs)
            return {name: one.double().numpy() for name, one in zip(names, made, strict=True)}

        return Program(exact, floats=self.module)


def rounded(source: Source, format_name: str) -> Rounded:
    """The module with its batch norms folded, and the weights of its layers and tables rounded as
    the precision says: to 8 bits by output channel, or to a palette of 64 values by tensor. Raises
    ExportError, with the format's variant to leave out, if there is nothing to round."""
    module = exported(source).module()
    _fuse_conv_bn_(module)
    made = Rounded(module, {})
    for name, axis in _weights(module):
        values = _read(module, name).detach().numpy()
        if name not in made.weights and values.size > LEAST:
            made.weights[name] = ROUNDED[source.precision](values, axis)
            made.put(name, made.weights[name])
    if not made.weights:
        raise ExportError(
            f"no layer or table has a weight of more than {LEAST:,} values, so its file would not "
            f"be smaller; leave this variant out: {left_out(f'{format_name}-{source.precision}')}"
        )
    return made


def in_steps(values: F32, axis: int) -> F32:
    """Rounded to the nearest of 255 levels, of which the largest magnitude along `axis` is the
    last."""
    others = tuple(one for one in range(values.ndim) if one != axis)
    scale = np.abs(values).max(axis=others, keepdims=True) / np.float32(LEVELS)
    scale = np.where(scale > 0, scale, np.float32(1))
    return np.asarray(np.rint(values / scale) * scale, np.float32)


def in_palette(values: F32, axis: int) -> F32:
    """Rounded to the nearest of 64 values, which k-means finds. They are float16 numbers, as in a
    file that computes in float16."""
    # Imported here: 8 bits do not need it.
    from sklearn.cluster import KMeans

    counts, edges = np.histogram(values, BINS)
    seen = counts > 0
    middles = ((edges[1:] + edges[:-1]) / 2)[seen, None]
    clusters = min(2**BITS, len(middles))
    found = KMeans(clusters, n_init=1, random_state=0).fit(middles, sample_weight=counts[seen])
    palette = np.unique(found.cluster_centers_.astype(np.float16).astype(np.float32))
    between = (palette[1:] + palette[:-1]) / 2
    return np.asarray(palette[np.searchsorted(between, values)])


ROUNDED = {"int8wo": in_steps, "palette": in_palette}


def _weights(module: fx.GraphModule) -> Iterator[tuple[str, int]]:
    """The name and the axis of each weight that is a parameter."""
    for node in module.graph.nodes:
        index, axis = WEIGHTS.get(str(node.target), (None, 0))
        if index is not None and node.args[index].op == "get_attr":
            yield str(node.args[index].target), axis


def _read(module: fx.GraphModule, name: str) -> Any:
    return reduce(getattr, name.split("."), module)
