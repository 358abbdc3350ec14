"""The operators that TorchScript's serialized code calls, and the arguments.

The code has Python's grammar (torch/csrc/jit/serialization/python_print.cpp), so Python's own
parser reads it; it is not run. `torch.conv2d(...)` calls `aten::conv2d`, and
`ops.quantized.conv2d(...)` calls `quantized::conv2d`.

Two things differ. Names may be Python keywords that TorchScript does not reserve. And blocks may be
nested deeper than the 100 levels of Python's tokenizer, as every `elif` becomes a level. Blocks are
not needed to find calls, so the code is parsed line by line, each header with its own body.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from itertools import islice

from onpar.pipeline.preflight.read.contents import Use

UNKNOWN = "?"
"""The kind of an argument whose type is not visible in the code."""

KINDS = {bool: "bool", int: "int", float: "float", str: "str", complex: "complex", bytes: "bytes"}


UNRESERVED = re.compile(r"\b(?:async|await|except|finally|from|lambda|nonlocal|try|yield)\b")
"""Python keywords that libtorch 1.13.1 accepts as names (tried as names of submodules)."""

WORD = re.compile(r"\w+|[^\w\s]")

LINES = 500
"""Lines that are parsed at once, so that the syntax tree of a whole file is never in memory."""


class CodeError(ValueError):
    """Code that is not TorchScript; the message says where."""


def calls(text: str, name: str) -> Iterator[Use]:
    """Every operator that the code calls. Raises CodeError, with `name` for the file."""
    for before, part in _parts(text):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                tree = ast.parse(part)
        except SyntaxError as error:
            line = before + (error.lineno or 1)
            raise CodeError(f"{name}, line {line}: {error.msg}") from error
        except (ValueError, MemoryError, RecursionError) as error:
            raise CodeError(f"{name}: {error or 'nested too deeply'}") from error
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                operator = _operator(node.func)
                if operator:
                    where = f"{name}, line {before + node.lineno}"
                    given = tuple(kind(one) for one in node.args)
                    keywords = tuple((k.arg or "**", kind(k.value)) for k in node.keywords)
                    yield Use(operator, given=given, keywords=keywords, where=where)


def count_tokens(text: str, most: int) -> int:
    """The number of tokens (names, numbers, operators) in the code, counted up to `most` + 1."""
    return sum(1 for _ in islice(WORD.finditer(text), most + 1))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The code without blocks, in parts that can be parsed alone, each with the number of lines
    before it."""
    part: list[str] = []
    before = 0
    for number, line in enumerate(UNRESERVED.sub(r"\g<0>_", text).split("\n"), 1):
        part.append(_unblocked(line.strip()))
        # Only the parameters of a `def` span several lines.
        if len(part) >= LINES and not line.endswith(","):
            yield before, "\n".join(part)
            part, before = [], number
    yield before, "\n".join(part)


def _unblocked(line: str) -> str:
    if line == "else:":
        return "pass"
    line = line[2:] if line.startswith("elif ") else line
    return f"{line} pass" if line.endswith(":") else line


def kind(value: ast.expr) -> str:
    """The kind of an argument, as far as visible: `int`, `float`, `bool`, `str`, `complex`, `None`,
    `list` of anything, or UNKNOWN."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    if isinstance(value, ast.Constant):
        return "None" if value.value is None else KINDS.get(type(value.value), UNKNOWN)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return "list" if value.func.id == "annotate" and _is_list(value.args) else UNKNOWN
    return "list" if isinstance(value, ast.List) else UNKNOWN


def _is_list(arguments: list[ast.expr]) -> bool:
    """Whether it is `annotate(List[int], [])`."""
    return (
        bool(arguments)
        and isinstance(declared := arguments[0], ast.Subscript)
        and isinstance(declared.value, ast.Name)
        and declared.value.id == "List"
    )


def _operator(function: ast.expr) -> str:
    """`aten::conv2d` for `torch.conv2d`; empty if it is not an operator."""
    parts: list[str] = []
    start = function.col_offset
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    # `(torch).forward(x)` is a method of a variable: such code puts those in parentheses.
    if not isinstance(function, ast.Name) or not parts or function.col_offset != start:
        return ""
    parts.reverse()
    if function.id == "torch":
        return "aten::" + ".".join(parts)
    if function.id == "ops" and len(parts) > 1:
        return f"{parts[0]}::{'.'.join(parts[1:])}"
    return ""
