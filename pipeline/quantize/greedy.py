"""The search: the most costly layers stay in float, as many as the limit needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onpar.exporters.quantization.layers.switch import OTHERS, Layer, Run, Switched
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.evaluation.layer_search import LayerCost, LayerSearch, Total
from onpar.pipeline.golden.gates import Prepared
from onpar.pipeline.quantize.drop import Drop, decibels, drop, figure, points

COMPARED = 4
"""The most examples that the costs of single layers are computed from: they only rank the layers,
and every layer is run on each."""

FLOAT_BYTES = 4
INT8_BYTES = 1


@dataclass(frozen=True)
class Given:
    """What a search works on: the quantizer's name and formats, the model, its examples, the limit
    in percentage points, and the number of all its parameters."""

    quantizer: str
    formats: tuple[str, ...]
    model: ModelSpec
    examples: Sequence[Prepared]
    max_drop: float
    parameters: int


def search(
    given: Given,
    program: Switched,
    exact: Callable[[tuple[str, ...]], Run],
    progress: Callable[[int, int], None],
) -> LayerSearch:
    """Rank the layers by their cost alone, and keep as few of the first in float as the limit
    needs. `exact` gives what the quantizer itself makes of a model with these layers in float."""
    some = spread(given.examples, COMPARED)
    costs: dict[str, float] = {}
    of = len(program.layers) + 1
    for index, name in enumerate((*(one.name for one in program.layers), OTHERS)):
        costs[name] = max(one.error for one in _drops(given, _switched(program, {name}), some))
        progress(index + 1, of)
    ranked = sorted(program.layers, key=lambda one: -costs[one.name])
    names = set(costs)

    def total(kept: int) -> Total:
        run = _switched(program, names - _names(ranked[:kept]))
        return total_of(given, run, sum(one.weights for one in ranked[kept:]))

    def really(kept: int) -> Total:
        run = exact(tuple(sorted(_names(ranked[:kept]))))
        return total_of(given, run, sum(one.weights for one in ranked[kept:]))

    def holds(found: Total) -> bool:
        return found.drop <= given.max_drop

    before = total(0)
    count = fewest(len(ranked), lambda n: holds(before if n == 0 else total(n)))
    after, step = before, 1
    while count:
        # The quantizer may choose other ranges behind a layer in float.
        after = really(count)
        if holds(after) or count == len(ranked):
            break
        count, step = min(count + step, len(ranked)), 2 * step
    places = {one.name: index for index, one in enumerate(program.layers)}
    kept = _names(ranked[:count])
    return LayerSearch(
        given.quantizer,
        given.formats,
        tuple(
            LayerCost(one.name, places[one.name], one.weights, costs[one.name], one.name in kept)
            for one in ranked
        ),
        costs[OTHERS],
        figure(given.model),
        given.max_drop,
        len(given.examples),
        len(some),
        before,
        after,
        holds(after),
    )


def fewest(most: int, holds: Callable[[int], bool]) -> int:
    """The least number from 0 to `most` for which it holds, by bisection, as more kept layers
    rarely cost more. If it does not hold for `most`, the first power of 2 for which it does; `most`
    if it holds for none of them."""
    if holds(0):
        return 0
    if not holds(most):
        powers = (2**n for n in range(most.bit_length()))
        return next((count for count in powers if count < most and holds(count)), most)
    no, yes = 0, most
    while yes - no > 1:
        middle = (no + yes) // 2
        no, yes = (no, middle) if holds(middle) else (middle, yes)
    return yes


def spread(examples: Sequence[Prepared], most: int) -> list[Prepared]:
    """At most so many examples, evenly from the first on."""
    count = min(most, len(examples))
    return [examples[index * len(examples) // count] for index in range(count)]


def _switched(program: Switched, int8: set[str]) -> Run:
    return lambda inputs: program.run(inputs, int8)


def _names(layers: Sequence[Layer]) -> set[str]:
    return {one.name for one in layers}


def _drops(given: Given, run: Run, examples: Sequence[Prepared]) -> list[Drop]:
    names = [spec.name for spec in given.model.outputs]
    return [
        drop(given.model, one, dict(zip(names, run(one.inputs), strict=True))) for one in examples
    ]


def total_of(given: Given, run: Run, in_int8: int) -> Total:
    """What a run costs, of whose weights so many are in int8."""
    drops = _drops(given, run, given.examples)
    size = FLOAT_BYTES * (given.parameters - in_int8) + INT8_BYTES * in_int8
    return Total(points(given.model, drops), decibels(drops), size)
