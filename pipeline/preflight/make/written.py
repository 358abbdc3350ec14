"""A family's table as a deterministic file, with one runtime or operator per line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from onpar.parity.files.atomic import write_text
from onpar.pipeline.preflight.table import TABLES, Runtime, Table

Operators = Mapping[str, Sequence[str]]
"""A runtime's operators: by name, its texts, of which there may be several."""


@dataclass(frozen=True)
class Known:
    """A runtime and its operators."""

    runtime: Runtime
    operators: Operators


def table(known: Sequence[Known]) -> Table:
    """The table of these runtimes, in their order."""
    masks: dict[str, dict[str, int]] = {}
    for place, one in enumerate(known):
        for name, texts in one.operators.items():
            for text in texts:
                behind = masks.setdefault(name, {})
                behind[text] = behind.get(text, 0) | 1 << place
    operators = {name: list(masks[name].items()) for name in sorted(masks)}
    return Table(tuple(one.runtime for one in known), operators)


def text(made: Table) -> str:
    """The table as JSON, with sorted names."""
    runtimes = ",\n".join(_line(msgspec.to_builtins(runtime)) for runtime in made.runtimes)
    operators = ",\n".join(
        f"{_line(name)}: {_line(schemas)}" for name, schemas in sorted(made.operators.items())
    )
    return f'{{"runtimes": [\n{runtimes}\n], "operators": {{\n{operators}\n}}}}\n'


def write(family: str, made: Table) -> None:
    """Write the table to the path where preflight reads it."""
    write_text(TABLES / f"{family}.json", text(made))


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
