"""PyTorch's operator schemas, and whether a call matches one.

The grammar is from aten/src/ATen/native/README.md. The rules are those of
torch/csrc/jit/frontend/schema_matching.cpp, as far as a call shows its arguments' types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from onpar.pipeline.preflight.read.contents import Use
from onpar.pipeline.preflight.read.torch_code import UNKNOWN

ENUMS = ("ScalarType", "Layout", "MemoryFormat", "QScheme")
"""Types whose values are numbers in code."""

ACCEPTED_TYPES = {
    "int": ("int", "float", "complex", "number", "Scalar", "SymInt", "Tensor", "bool", *ENUMS),
    "float": ("float", "complex", "number", "Scalar", "Tensor", "int"),
    "bool": ("bool", "int", "float", "number", "Scalar", "Tensor"),
    "complex": ("complex", "number", "Scalar", "Tensor"),
    "str": ("str", "Device", "Dimname", "Layout"),
}
"""The schema types that a literal can have, including implicit conversions."""

ANY_TYPE = re.compile(r"^(t|tVal|tKey|Any|AnyType|AnyEnumType|[a-z]\d?)$")
"""A type variable, or a type that accepts anything."""


@dataclass(frozen=True)
class Formal:
    """An argument of a schema."""

    type: str
    name: str
    default: bool
    keyword_only: bool

    def takes(self, kind: str) -> bool:
        """Whether an argument of the apparent type `kind` is allowed here."""
        if kind == UNKNOWN or ANY_TYPE.match(self.type):
            return True
        if kind == "None":
            return self.type.endswith("?") or self.type == "NoneType"
        plain = self.type.removesuffix("?")
        if kind == "list":
            return plain.endswith("]") or plain.startswith("Dict(") or plain == "Tensor"
        if plain.endswith("]"):  # `int[2]` accepts one int for all, but `int[]` does not.
            inner, _, count = plain[:-1].rpartition("[")
            return bool(count) and inner in ACCEPTED_TYPES.get(kind, ())
        return plain in ACCEPTED_TYPES.get(kind, ())


@dataclass(frozen=True)
class Schema:
    """The arguments of an operator; with `anything` no argument is checked."""

    formals: tuple[Formal, ...]
    anything: bool = False

    def fits(self, use: Use) -> bool:
        """Whether the call, or bytecode's number of arguments, can match this schema."""
        if self.anything:
            return True
        if use.overload is not None:
            return use.specified is None or use.specified <= len(self.formals)
        places = [one for one in self.formals if not one.keyword_only]
        given = _with_rest_as_list(use.given, places)
        if len(given) > len(places):
            return False
        if not all(p.takes(k) for p, k in zip(places, given, strict=False)):
            return False
        named = dict(use.keywords)
        free = {one.name: one for one in self.formals}
        for taken in places[: len(given)]:
            del free[taken.name]
        if not all(name in free and free[name].takes(kind) for name, kind in named.items()):
            return False
        return all(one.default or one.name in named for one in free.values())


def _with_rest_as_list(given: tuple[str, ...], places: list[Formal]) -> tuple[str, ...]:
    """The arguments, with those from the last parameter on as one list if that is a plain `T[]` and
    each of them can be a T: `torch.ones(2, 3)`."""
    before = len(places) - 1
    if not 0 <= before < len(given) or not places[-1].type.endswith("[]"):
        return given
    item = replace(places[-1], type=places[-1].type[:-2])
    rest = given[before:]
    if ANY_TYPE.match(item.type) or rest[0] == "list" or not all(item.takes(one) for one in rest):
        return given
    return (*given[:before], "list")


@cache
def schema(text: str) -> Schema:
    """Parses `(Tensor self, *, int? dim=None) -> Tensor`."""
    inside = _balanced(text)
    formals: list[Formal] = []
    keyword_only = False
    for part in _split(inside):
        if part == "*":
            keyword_only = True
        elif part == "...":
            return Schema(tuple(formals), anything=True)
        else:
            declared, equals, _ = _cut(part)
            kind, _, name = declared.strip().rpartition(" ")
            # Which tensors share memory, `Tensor(a!)`, does not matter to a caller.
            kind = re.sub(r"\((?:[a-z]|\*)(?:\|[a-z])*!?(?: -> [a-z*|]+)?\)", "", kind)
            formals.append(Formal(kind, name, bool(equals), keyword_only))
    return Schema(tuple(formals))


def _cut(part: str) -> tuple[str, str, str]:
    """Splits at the `=` of a default, which is never inside brackets."""
    depth = 0
    for index, letter in enumerate(part):
        depth += (letter in "([") - (letter in ")]")
        if letter == "=" and depth == 0:
            return part[:index], "=", part[index + 1 :]
    return part, "", ""


def _balanced(text: str) -> str:
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[1:index]
    return text[1:]


def _split(text: str) -> Iterator[str]:
    """Splits at commas outside of brackets and quotation marks."""
    depth, start, quote, escaped = 0, 0, "", False
    for index, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote and not escaped else quote
            escaped = letter == "\\" and not escaped
        elif letter in "'\"":
            quote = letter
        elif letter == "," and depth == 0:
            yield text[start:index].strip()
            start = index + 1
        else:
            depth += (letter in "([{") - (letter in ")]}")
    if text[start:].strip():
        yield text[start:].strip()
