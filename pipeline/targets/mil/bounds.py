"""Separates the bounds of slices that share a constant, before coremltools loads the program."""

from __future__ import annotations

from collections import Counter
from typing import Any

SLICES = ("slice_by_index", "slice_update")


def own_bounds(function: Any) -> None:
    """Give each slice its own `begin` and `end` if something else uses the same constant.

    coremltools' type inference replaces bounds that count from the end of a slice's side in place,
    by numbers from its beginning. These would be wrong for another slice's side.
    """
    for block in function.block_specializations.values():
        constants = {
            one.outputs[0].name: one.attributes["val"]
            for one in block.operations
            if one.outputs and "val" in one.attributes
        }
        targets_for = Counter(
            bound.name
            for one in block.operations
            for argument in one.inputs.values()
            for bound in argument.arguments
        )
        for one in block.operations:
            if one.type in SLICES:
                for key in ("begin", "end"):
                    for bound in one.inputs[key].arguments if key in one.inputs else ():
                        if bound.name in constants and targets_for[bound.name] > 1:
                            bound.value.CopyFrom(constants[bound.name])
