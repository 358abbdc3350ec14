"""What `onpar quantize` found: what each layer of a model costs in int8, which stay in float."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LayerCost:
    """A layer: its name; its place among the layers, in the order in which they compute; the number
    of its weights, without biases; its cost alone in int8, which is the error of the outputs
    relative to them (RMS, the worst output of the worst case); whether it stays in float."""

    name: str
    place: int
    weights: int
    cost: float
    kept: bool


@dataclass(frozen=True)
class Total:
    """The whole model: the figure that the limit is for, in percentage points; the SNR of the worst
    output of the worst case in dB, infinite for equal outputs; the file's size in bytes, estimated
    from its weights."""

    drop: float
    snr_db: float
    bytes: int


@dataclass(frozen=True)
class LayerSearch:
    """The answer for one quantizer.

    quantizer  its name, and the `formats` whose int8 files it makes
    layers     all of them, the most costly first
    others     the cost of the int8 operators without weights, if all layers are in float
    figure     what the limit is for, as text
    max_drop   the limit, in percentage points
    examples   how many cases or photos the totals are of; the costs are of `compared` of them
    before     with every layer in int8; `after` with the kept ones in float
    holds      whether the limit holds; if not, every layer is kept, and it still does not
    weights_alone
               with the weights alone in int8; None if none of the formats has that
    alone      the variants that have it, such as `onnx-int8wo`
    """

    quantizer: str
    formats: tuple[str, ...]
    layers: tuple[LayerCost, ...]
    others: float
    figure: str
    max_drop: float
    examples: int
    compared: int
    before: Total
    after: Total
    holds: bool
    weights_alone: Total | None = None
    alone: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The names of the layers in float, sorted."""
        return tuple(sorted(one.name for one in self.layers if one.kept))

    @property
    def totals(self) -> tuple[tuple[str, Total], ...]:
        """The whole model in the ways that were computed, each with its name."""
        kept, of = len(self.kept), len(self.layers)
        found = [("all layers in int8", self.before)]
        found += [(f"{kept} of {of} in float", self.after)] if kept else []
        if self.weights_alone:
            found.append((f"weights alone: {', '.join(self.alone)}", self.weights_alone))
        return tuple(found)
