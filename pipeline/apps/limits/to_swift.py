"""The limits that the iOS app's Swift code needs itself; the others are in the C++ of Core."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from onpar.pipeline.apps.limits.table import HEAD, Table

WIDTH = 100

NUMBERS = ("max_count",)
NAMES = ("app_file_name",)


def swift_text(table: Table) -> str:
    """The content of `ios_app/App/Logic/Limits.swift`."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    yield from _comment(f"{table.about}\n\n{HEAD}", "")
    yield "enum Limits {"
    for key in NUMBERS:
        yield from _comment(table.numbers[key].why, "    ")
        yield f"    static let {_camel(key)} = {table.numbers[key].value:_}"
        yield ""
    for index, key in enumerate(NAMES):
        name = table.names[key]
        first, rest = map(_literal, name.characters())
        yield from [""] * (index > 0)
        yield from _comment(name.why, "    ")
        yield f"    static let {_camel(key)} = NameRule("
        yield f"        first: {first},"
        yield f"        rest: {rest},"
        yield f"        bytes: {name.min_bytes}...{name.max_bytes},"
        yield f"        expected: {_literal(name.expected)})"
    yield "}"


def _camel(key: str) -> str:
    first, *more = key.split("_")
    return first + "".join(map(str.capitalize, more))


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _comment(text: str, indent: str) -> list[str]:
    width = WIDTH - len(indent) - 4
    lines = [line for p in text.split("\n\n") for line in (*wrap(p, width), "")][:-1]
    return [f"{indent}/// {line}".rstrip() for line in lines]
