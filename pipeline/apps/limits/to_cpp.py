"""The limits as a C++ header."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from onpar.pipeline.apps.limits.table import HEAD, Table

WIDTH = 100


def cpp_text(table: Table) -> str:
    """The content of `ios_app/Core/limits.h`; clang-format leaves it as it is."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    yield from (
        "#pragma once",
        "",
        "#include <cstdint>",
        "#include <string_view>",
        "",
        '#include "name_rule.h"',
        "",
        "// clang-format off",
        "",
    )
    yield from _comment(f"{table.about}\n\n{HEAD}")
    yield "namespace onpar::limits {"
    yield ""
    for key, number in table.numbers.items():
        yield from _comment(number.why)
        if isinstance(number.value, int):
            value = f"{number.value:_}".replace("_", "'")
            yield f"constexpr int64_t {key} = {value};"
        else:
            yield f"constexpr double {key} = {number.value!r};"
        yield ""
    for key, name in table.names.items():
        yield from _comment(name.why)
        yield f"constexpr NameRule {key} = {{"
        for allowed in name.characters():
            yield f"    {_literal(allowed)},"
        yield f"    {str(name.beyond_ascii).lower()},"
        yield f"    {name.min_bytes},"
        yield f"    {name.max_bytes},"
        yield f"    {_literal(name.expected)},"
        yield "};"
        yield ""
    for key, choice in table.choices.items():
        yield from _comment(choice.why)
        values = ", ".join(map(_literal, choice.values))
        yield f"constexpr std::string_view {key}[] = {{{values}}};"
        yield ""
    yield from _comment(
        "What people hand over instead of a JPEG or PNG: the bytes by which it is known, and where "
        "they stand."
    )
    yield "struct OtherFormat {"
    yield "    std::size_t at;"
    yield "    std::string_view magic;"
    yield "    const char *name;"
    yield "};"
    yield ""
    yield "constexpr OtherFormat other_formats[] = {"
    for one in table.other_formats:
        magic = f"std::string_view({_literal(one.magic)}, {len(one.magic)})"
        yield f"    {{{one.at}, {magic}, {_literal(one.name)}}},"
    yield "};"
    yield ""
    yield "}  // namespace onpar::limits"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\000")
    return f'"{escaped}"'


def _comment(text: str) -> list[str]:
    lines = [line for p in text.split("\n\n") for line in (*wrap(p, WIDTH - 4), "")][:-1]
    return [f"/// {line}".rstrip() for line in lines]
