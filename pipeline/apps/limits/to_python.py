"""The limits as a Python module."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from onpar.pipeline.apps.limits.table import HEAD, Table

WIDTH = 100


def python_text(table: Table) -> str:
    """The content of `parity/limits/limits.py`, as ruff formats it."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    yield from _docstring(f"{table.about}\n\n{HEAD}")
    yield from ("", "from onpar.parity.limits.name_rule import NameRule", "")
    for key, number in table.numbers.items():
        yield f"{key.upper()} = {_number(number.value)}"
        yield from (*_docstring(number.why), "")
    for key, name in table.names.items():
        quote = "'" if '"' in name.pattern else '"'
        yield f"{key.upper()} = NameRule("
        yield f"    pattern=r{quote}{name.pattern}{quote},"
        yield f"    min_bytes={name.min_bytes},"
        yield f"    max_bytes={name.max_bytes},"
        yield f"    expected={_literal(name.expected)},"
        yield ")"
        yield from (*_docstring(name.why), "")
    for key, choice in table.choices.items():
        yield f"{key.upper()} = ({', '.join(map(_literal, choice.values))})"
        yield from (*_docstring(choice.why), "")
    yield "OTHER_FORMATS = ("
    for one in table.other_formats:
        yield f"    ({one.at}, b{_literal(one.magic)}, {_literal(one.name)}),"
    yield ")"
    yield from _docstring(
        "What people hand over instead of a JPEG or PNG: offset, bytes, name. Only ever used to "
        "name it in an error."
    )


def _number(value: int | float) -> str:
    return f"{value:_}" if isinstance(value, int) else repr(value).replace("e+", "e")


def _literal(text: str) -> str:
    """A string literal in double quotes if that needs no more escapes, as ruff prefers."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace("\0", "\\0").replace(quote, "\\" + quote)
    return f"{quote}{escaped}{quote}"


def _docstring(text: str) -> list[str]:
    paragraphs = text.split("\n\n")
    lines = [line for p in paragraphs for line in (*wrap(p, WIDTH - 6), "")][:-1]
    if len(lines) == 1:
        return [f'"""{lines[0]}"""']
    end = ['"""'] if len(paragraphs) > 1 else []
    lines[-1] += "" if end else '"""'
    return [f'"""{lines[0]}', *lines[1:], *end]
