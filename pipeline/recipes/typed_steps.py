"""A user's steps, with tuples for lists and Python's numbers for numpy's, or what is wrong with the
values in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from onpar.parity.contract.model_check import kind
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.places import in_recipe
from onpar.parity.contract.steps.step import Step

Colour = tuple[int, int, int]

EXPECTED: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    str: "a text",
    Colour: "a tuple of three levels, for R, G and B",
    tuple[str, ...]: "a tuple of names",
    tuple[int, ...]: "a tuple of whole numbers",
    tuple[float, ...]: "a tuple of numbers",
    tuple[Colour, ...]: "a tuple of colours, each a tuple of three levels",
}
"""What a field of a step must be, by its type."""


def typed(step: AnyStep) -> AnyStep:
    """The step with tuples for lists, and Python's numbers for numpy's. Raises
    msgspec.ValidationError for a value that no sidecar could hold."""
    fields = msgspec.structs.fields(type(step))
    return type(step)(**{one.name: _converted(step, one) for one in fields})


def type_faults(steps: Any) -> Iterator[str]:
    """Items that are not steps, and values of another type, in sentences; after the first the rest
    may not hold."""
    if not isinstance(steps, tuple | list):
        got = f"the step {steps.kind}" if isinstance(steps, Step) else kind(steps)
        yield f"steps is {got}, expected a tuple of steps: (*photo(…), class_map(…))"
    for where, step in zip(in_recipe(steps), steps, strict=True):
        if isinstance(step, tuple | list):
            yield (
                f"{where} is {kind(step)}, expected a step; photo(…) gives several: write "
                "a star before it, (*photo(…), class_map(…))"
            )
        if not isinstance(step, Step):
            yield f"{where} is {kind(step)}, expected what photo(…) or class_map(…) give"
        for one in msgspec.structs.fields(type(step)):
            value, expected = getattr(step, one.name), EXPECTED[one.type]
            said = f"{where}: {one.name} is {repr(value)[:80]}, expected"
            try:
                msgspec.json.encode(_converted(step, one))
            except msgspec.ValidationError:
                if isinstance(value, str) and one.type == tuple[str, ...]:
                    said = f"{where}: {one.name} is the string {repr(value)[:80]}, expected"
                    expected += f", such as {_names(value)}"
                yield f"{said} {expected}"
            except UnicodeEncodeError:
                yield (
                    f"{said} whole characters: half of a surrogate pair, such as '\\ud800', cannot "
                    "be written to a file; decode the text as UTF-8"
                )


def _names(given: str) -> str:
    """How to write the names that a string was given for."""
    if given.endswith(".txt"):
        return f'tuple(Path("{given[:80]}").read_text().splitlines())'
    return f'("{given[:80]}",)'


def _converted(step: Step, field: msgspec.structs.FieldInfo) -> Any:
    return msgspec.convert(_plain(getattr(step, field.name)), field.type)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    # An array, or a number of numpy's.
    return value.tolist() if hasattr(value, "tolist") else value
