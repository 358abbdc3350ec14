"""The page of `onpar quantize`: what each layer costs in int8, and which stay in float."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.evaluation.layer_search import LayerCost, LayerSearch
from onpar.parity.files.atomic import write_text
from onpar.parity.report import figures
from onpar.parity.report.page.template import template

MOST_DECADES = 4
"""Decades of the axis of costs: smaller costs are drawn as the smallest."""


@dataclass(frozen=True)
class Bar:
    """A layer in the plot, at its place among the layers; its height is 0–1, of the logarithm of
    its cost."""

    layer: LayerCost
    height: float


@dataclass(frozen=True)
class Bars:
    """The plot: bars in the order of the network, and the powers of ten of the axis with their
    heights 0–1, as percentages."""

    bars: tuple[Bar, ...]
    marks: tuple[tuple[str, float], ...]


def bars(layers: Sequence[LayerCost]) -> Bars:
    """The plot of at least one layer; a cost of 0 has no height, an infinite one the whole."""
    costs = [one.cost for one in layers if 0 < one.cost < math.inf] or [1.0]
    top = math.ceil(math.log10(max(costs)))
    bottom = max(math.floor(math.log10(min(costs))), top - MOST_DECADES)
    bottom = min(bottom, top - 1)

    def height(cost: float) -> float:
        if cost in (0, math.inf):
            return float(bool(cost))
        return min(max((math.log10(cost) - bottom) / (top - bottom), 0.01), 1)

    powers = range(bottom, top + 1)
    return Bars(
        tuple(Bar(one, height(one.cost)) for one in sorted(layers, key=lambda one: one.place)),
        tuple((f"{100 * 10.0**p:g} %", (p - bottom) / (top - bottom)) for p in powers),
    )


def headline(one: LayerSearch) -> str:
    """The result as a sentence."""
    names, limit = ", ".join(one.formats), f"{one.max_drop:g} points"
    count, of = len(one.kept), len(one.layers)
    if not one.holds:
        alone = one.weights_alone
        instead = (
            f" It holds with the weights alone in int8: --format {one.alone[0]}."
            if alone and alone.drop <= one.max_drop
            else ""
        )
        return (
            f"{names}: the limit of {limit} does not hold however many of the most costly layers "
            f"are kept: with all {of} in float it is {one.after.drop:.3f}, as operators without "
            f"weights stay in int8.{instead}"
        )
    if not count:
        return f"{names}: every layer may be in int8; the limit of {limit} holds."
    return f"{names}: the limit of {limit} holds with {count} of {of} layers in float."


def write_layer_page(
    searches: Sequence[LayerSearch], lines: Mapping[str, str], name: str, path: Path
) -> None:
    """Write one self-contained page, whole or not at all; `lines` has what to paste into the
    recipe, by quantizer, and `name` is the model's. Raises OSError where it cannot be written."""
    page = template("layers.html.j2").render(
        name=name,
        parts=[(one, bars(one.layers), lines.get(one.quantizer, "")) for one in searches],
        headline=headline,
        figures=figures,
    )
    write_text(path, page, follow_links=False)
