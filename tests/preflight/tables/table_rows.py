"""One runtime of a committed table."""

from __future__ import annotations

from onpar.pipeline.preflight.make.written import Known
from onpar.pipeline.preflight.table import read_table

FAMILIES = ("torch", "onnxruntime", "coreml", "executorch")


def row(family: str, name: str, version: str) -> Known:
    """The runtime and its operators, as the maker gives them."""
    table = read_table(family)
    [place] = [
        index
        for index, one in enumerate(table.runtimes)
        if (one.name, one.version) == (name, version)
    ]
    operators = {
        operator: texts
        for operator, schemas in table.operators.items()
        if (texts := sorted(text for text, mask in schemas if mask >> place & 1))
    }
    return Known(table.runtimes[place], operators)


def as_row(made: Known) -> Known:
    """What was made now, in the order of a row."""
    return Known(made.runtime, {n: sorted(made.operators[n]) for n in sorted(made.operators)})


def versions(family: str, name: str, operator: str) -> list[str]:
    """The versions of a runtime that have the operator."""
    table = read_table(family)
    masks = [mask for _, mask in table.operators.get(operator, [])]
    return [
        one.version
        for index, one in enumerate(table.runtimes)
        if one.name == name and any(mask >> index & 1 for mask in masks)
    ]
