"""The limits as a Java class."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from onpar.pipeline.apps.limits.table import HEAD, OtherFormat, Table

WIDTH = 100
LARGEST_INT = 2**31 - 1


def java_text(table: Table) -> str:
    """The content of `Limits.java`."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    yield from (
        "package org.onpar.core;",
        "",
        "import java.util.Arrays;",
        "import java.util.Collections;",
        "import java.util.List;",
        "import org.onpar.core.photo.OtherFormat;",
        "",
    )
    yield from _comment(table.about, "", HEAD)
    yield "public final class Limits {"
    for key, number in table.numbers.items():
        yield from _comment(number.why, "    ")
        yield f"    public static final {_number(key.upper(), number.value)};"
        yield ""
    for key, name in table.names.items():
        yield from _comment(name.why, "    ")
        yield f"    public static final NameRule {key.upper()} ="
        yield "            new NameRule("
        yield f"                    {_literal(name.pattern)},"
        yield f"                    {name.min_bytes}, {name.max_bytes},"
        yield from _long_literal(name.expected, "                    ", ");")
        yield ""
    for key, choice in table.choices.items():
        yield from _comment(choice.why, "    ")
        values = ", ".join(map(_literal, choice.values))
        yield f"    public static final List<String> {key.upper()} = texts({values});"
        yield ""
    yield from _comment("What people hand over instead of a JPEG or PNG.", "    ")
    yield "    public static final List<OtherFormat> OTHER_FORMATS ="
    yield "            Collections.unmodifiableList("
    yield "                    Arrays.asList("
    for one in table.other_formats:
        end = ")));" if one is table.other_formats[-1] else "),"
        yield from _other_format(one, end)
    yield from (
        "",
        "    private Limits() {}",
        "",
        "    private static List<String> texts(String... values) {",
        "        return Collections.unmodifiableList(Arrays.asList(values));",
        "    }",
        "}",
    )


def _other_format(one: OtherFormat, end: str) -> Iterator[str]:
    indent = " " * 28
    start = f"{indent}new OtherFormat("
    place, name = f"{one.at}, {_literal(one.magic)},", f"{_literal(one.name)}{end}"
    if len(start) + len(place) + len(name) < WIDTH:
        yield f"{start}{place} {name}"
    else:
        yield from (start, f"{indent}        {place}", f"{indent}        {name}")


def _number(key: str, value: int | float) -> str:
    if isinstance(value, float):
        return f"double {key} = {value!r}"
    if value > LARGEST_INT:
        return f"long {key} = {value:_}L"
    return f"int {key} = {value:_}"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\000")
    return f'"{escaped}"'


def _long_literal(text: str, indent: str, end: str) -> Iterator[str]:
    """A string literal on one line or two."""
    whole = f"{indent}{_literal(text)}{end}"
    if len(whole) <= WIDTH:
        yield whole
        return
    at = text.rindex(" ", 0, (len(text) + 2) // 2) + 1
    yield f"{indent}{_literal(text[:at])}"
    yield f"{indent}        + {_literal(text[at:])}{end}"


def _comment(text: str, indent: str, more: str = "") -> list[str]:
    whole = f"{indent}/** {text} */"
    if len(whole) <= WIDTH and not more:
        return [whole]
    lines = wrap(text, WIDTH - len(indent) - 3)
    lines += ["", f"<p>{more}"] if more else []
    return [f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]
