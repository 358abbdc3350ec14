"""TorchScript's serialized code: the operators that it calls, and how.

It is Python's grammar (torch/csrc/jit/serialization/python_print.cpp), so that Python's own parser
reads it; nothing of it is run. `torch.conv2d(...)` calls `aten::conv2d`, and
`ops.quantized.conv2d(...)` calls `quantized::conv2d`.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from pipeline.preflight.contents import Use

UNKNOWN = "?"
"""The kind of an argument whose type the code does not show by itself."""

KINDS = {bool: "bool", int: "int", float: "float", str: "str", complex: "complex", bytes: "bytes"}


class CodeError(ValueError):
    """Code that is not TorchScript's; the message says where."""


def calls(text: str, name: str) -> Iterator[Use]:
    """Every operator that the code calls. Raises CodeError, with `name` for the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text)
    except SyntaxError as error:
        raise CodeError(f"{name}, line {error.lineno}: {error.msg}") from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise CodeError(f"{name}: {error or 'nested too deeply'}") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            operator = _operator(node.func)
            if operator:
                where = f"{name}, line {node.lineno}"
                given = tuple(kind(one) for one in node.args)
                keywords = tuple((k.arg or "**", kind(k.value)) for k in node.keywords)
                yield Use(operator, given=given, keywords=keywords, where=where)


def kind(value: ast.expr) -> str:
    """What an argument is, as far as it shows: `int`, `float`, `bool`, `str`, `complex`, `None`,
    `list` of anything, or UNKNOWN."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    if isinstance(value, ast.Constant):
        return "None" if value.value is None else KINDS.get(type(value.value), UNKNOWN)
    return "list" if isinstance(value, ast.List) else UNKNOWN


def _operator(function: ast.expr) -> str:
    """`aten::conv2d` of `torch.conv2d`; empty for what calls no operator."""
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if not isinstance(function, ast.Name) or not parts:
        return ""
    parts.reverse()
    if function.id == "torch":
        return "aten::" + ".".join(parts)
    if function.id == "ops" and len(parts) > 1:
        return f"{parts[0]}::{'.'.join(parts[1:])}"
    return ""
