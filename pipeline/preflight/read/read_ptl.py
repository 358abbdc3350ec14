"""The lite interpreter's `.ptl`: its bytecode version, and the operators and types that it names.

The layout is from torch/csrc/jit/serialization/export_bytecode.cpp: a tuple of the version and, for
every function, its name and a table of `instructions`, `operators`, `types` and others. An operator
has a name, an overload and, from version 6 on, the number of arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onpar.pipeline.preflight.read.contents import Contents, UnreadableError, Use, unreadable
from onpar.pipeline.preflight.read.read_torchscript import check_pickle, read_script
from onpar.pipeline.preflight.read.torch_archive import Archive, archive
from onpar.pipeline.preflight.read.torch_pickle import Pickle

BYTECODE = "bytecode.pkl"


def read(path: Path) -> Contents:
    """Raises OnparError if it has no bytecode."""
    with archive(path) as opened:
        if BYTECODE not in opened.names:
            raise unreadable(path, f"not for the lite interpreter: it has no {BYTECODE}")
        bytecode, data = check_pickle(opened, BYTECODE), check_pickle(opened, "data.pkl")
        uses: dict[Use, None] = {}
        types: set[str] = set()
        try:
            version, *functions = bytecode.value
            if not isinstance(version, int):
                raise TypeError("its first item is not a version")
            for name, table, *_ in functions:
                if not isinstance(name, str):
                    raise TypeError("a function has no name")
                uses |= dict.fromkeys(_use(one, name) for one in _row(table, "operators"))
                types.update(one for one in _row(table, "types") if isinstance(one, str))
        except (TypeError, ValueError, KeyError) as error:
            raise unreadable(path, f"its {BYTECODE} has no functions ({error})") from error
        script, no_script = _script(opened, data)
        return Contents(
            format="ptl",
            file_version=opened.version,
            bytecode=version,
            uses=tuple(uses),
            names=tuple(sorted(bytecode.names | data.names)),
            types=tuple(sorted(types)),
            enums=tuple(sorted(_enums(bytecode, data))),
            frozen=script.frozen if script else True,
            script=script,
            no_script=no_script,
            unchecked="the instructions of its bytecode, and the definitions of its types",
        )


def _script(opened: Archive, data: Pickle) -> tuple[Contents | None, str]:
    """Its TorchScript, or why there is none. The lite interpreter reads only the bytecode."""
    try:
        return read_script(opened, data), ""
    except UnreadableError as error:
        return None, error.what


def _row(table: Any, wanted: str) -> tuple[Any, ...]:
    """A row of a function's table. A row's name from the file is compared, never hashed: a tuple
    may be too deep for that."""
    for name, row, *_ in table:
        if isinstance(name, str) and name == wanted:
            if not isinstance(row, tuple):
                raise TypeError(f"{wanted} is not a tuple")
            return row
    if wanted == "operators":
        raise KeyError(wanted)
    return ()


def _enums(*pickles: Pickle) -> Iterator[str]:
    """Of TorchScript's own types, only enum values are written as calls; objects are NEWOBJ."""
    for pickle in pickles:
        for name in pickle.called:
            if name.startswith("__torch__.") and not name.startswith("__torch__.torch.classes."):
                yield name


def _use(operator: tuple[Any, ...], function: str) -> Use:
    name, overload, *specified = operator
    if not (isinstance(name, str) and isinstance(overload, str)):
        raise TypeError(f"an operator without a name in {function[-60:]}")
    count = specified[0] if specified and isinstance(specified[0], int) else None
    count = count if count is not None and count >= 0 else None
    return Use(name, overload=overload, specified=count, where=function)
