"""The runtimes that preflight knows: their tables, and names such as `onnxruntime@1.24.2`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.table import read_table
from onpar.pipeline.preflight.verdict import Listed

FAMILIES = {
    "torch": "onpar.pipeline.preflight.loads.torch_loads",
    "onnxruntime": "onpar.pipeline.preflight.loads.onnx_loads",
    "coreml": "onpar.pipeline.preflight.loads.coreml_loads",
    "executorch": "onpar.pipeline.preflight.loads.executorch_loads",
}
"""By table, the module with `reasons(contents, listed)`: why a file does not load; and with
`unknown(contents, listed)`: what is not known, if no reason against it is known."""


@cache
def known() -> tuple[Listed, ...]:
    """Every runtime of every table."""
    return tuple(
        Listed(family, table, index)
        for family in FAMILIES
        for table in [read_table(family)]
        for index in range(len(table.runtimes))
    )


def chosen(names: Sequence[str]) -> list[Listed]:
    """The runtimes for `name@version`, or for `name` with all its versions. Raises OnparError for
    one that is not in a table."""
    found: dict[str, Listed] = {}
    for name in names:
        wanted, at, version = name.partition("@")
        same = [one for one in known() if one.runtime.name.lower() == wanted.lower()]
        fitting = [one for one in same if not at or one.runtime.version.lower() == version.lower()]
        if not same:
            listed = ", ".join(dict.fromkeys(one.runtime.name for one in known()))
            raise OnparError(f"--runtime {name}: unknown; known: {listed}")
        if not fitting:
            listed = ", ".join(one.runtime.version for one in same)
            runtime = same[0].runtime.name
            raise OnparError(f"--runtime {name}: unknown; known of {runtime}: {listed}")
        found |= {one.name: one for one in fitting}
    return list(found.values())
