"""The lite interpreter's `.ptl`: its bytecode's version, and the operators that it names.

The layout is torch/csrc/jit/serialization/export_bytecode.cpp's: a tuple of the version and, for
every function, its name and a table of `instructions`, `operators` and others; an operator is its
name, its overload and, from version 6 on, how many arguments it is handed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.preflight.contents import Contents, Use, unreadable
from pipeline.preflight.read_torchscript import check_pickle, read_script
from pipeline.preflight.torch_archive import archive

BYTECODE = "bytecode.pkl"


def read(path: Path) -> Contents:
    """Raises OnparError for what has no bytecode."""
    with archive(path) as opened:
        if BYTECODE not in opened.names:
            raise unreadable(path, f"not for the lite interpreter: it has no {BYTECODE}")
        content: Any = check_pickle(opened, BYTECODE)
        check_pickle(opened, "data.pkl")
        uses: dict[Use, None] = {}
        try:
            version, *functions = content
            if not isinstance(version, int):
                raise TypeError("its first item is no version")
            for name, table, *_ in functions:
                operators = dict(table)["operators"]
                uses |= dict.fromkeys(_use(one, str(name)) for one in operators)
        except (TypeError, ValueError, KeyError) as error:
            raise unreadable(path, f"its {BYTECODE} has no functions ({error})") from error
        # `torch.jit.mobile._backport_for_mobile` leaves the code away.
        script = read_script(opened) if any(n.startswith("code/") for n in opened.names) else None
        return Contents(
            format="ptl",
            file_version=opened.version,
            bytecode=version,
            uses=tuple(uses),
            frozen=script.frozen if script else True,
            script=script,
            unchecked="the instructions and types of its bytecode",
        )


def _use(operator: tuple[Any, ...], function: str) -> Use:
    name, overload, *specified = operator
    if not (isinstance(name, str) and isinstance(overload, str)):
        raise TypeError(f"an operator without a name in {function[-60:]}")
    count = specified[0] if specified and isinstance(specified[0], int) else None
    count = count if count is not None and count >= 0 else None
    return Use(name, overload=overload, specified=count, where=function)
