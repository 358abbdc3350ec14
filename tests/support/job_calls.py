"""Whether a job's function exists and takes its arguments, told from the source file alone: to
import it would take seconds."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from onpar.pipeline.build_folder.code import file_of


def check_call(call: str, arguments: Mapping[str, Any] | None = None) -> None:
    """Raises AssertionError where there is no `module:function`, or none of these arguments."""
    module, _, name = call.partition(":")
    file = file_of(module)
    assert file, f"{call}: there is no such module"
    found = [
        node
        for node in ast.parse(file.read_bytes()).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    assert found, f"{call}: {file} has no such function"
    given = found[0].args
    assert not (given.vararg or given.kwarg or given.posonlyargs), f"{call} takes anything"
    if arguments is not None:
        taken = [one.arg for one in (*given.args, *given.kwonlyargs)]
        optional = len(given.defaults)
        needed = set(taken[: len(given.args) - optional])
        assert needed <= set(arguments) <= set(taken), f"{call} takes {taken}, got {[*arguments]}"
