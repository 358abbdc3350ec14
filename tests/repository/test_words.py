"""The docs, messages and docstrings speak the field's English: words that outsiders read twice are
not in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT

WORDS = {
    "be had": "available",
    "mend(s|ed|ing)?": "fix",
    "is no [a-zA-Z]+(?<!longer)(?<!more)": "is not a …",
    "(lie|lies|lying) (beside|there)": "is next to, is in",
    "beside": "next to, with",
    "tells?": "says, shows, reports",
    "told": "reported",
    "what it takes": "its inputs, its requirements",
    "in words": "as text",
    "whatever (shapes|makes)": "everything that",
    "takers?": "targets",
    "lack(s|ed)?": "is missing, has no",
    "has not (a|an|the|got)": "does not have",
    "ways? out": "remedy",
    "makes of it": "computes from it",
}
"""Each word, and what the field says instead."""

DIALECT = re.compile("|".join(rf"\b(?:{word})\b" for word in WORDS), re.IGNORECASE)

PAGES = (
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(path for path in (ROOT / "golden").rglob("*.md") if path.name != "BLESSED.md"),
)

CODE = [
    path
    for folder in ("onpar", "pipeline", "parity", "exporters")
    for path in sorted((ROOT / folder).rglob("*.py"))
]

APPS = [
    path
    for folder in ("android_app", "ios_app")
    for suffix in ("java", "xml", "swift", "mm", "cpp", "h")
    for path in sorted((ROOT / folder).rglob(f"*.{suffix}"))
    if not {"target", "build", "doctest"} & set(path.relative_to(ROOT).parts)
]


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings and docstrings of a Python file, by line; of another file its lines."""
    content = path.read_text("utf-8")
    if path.suffix != ".py":
        yield from enumerate(content.splitlines(), 1)
        return
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def found(paths: list[Path] | tuple[Path, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {word[0]!r}"
        for path in paths
        for line, text in texts(path)
        for word in DIALECT.finditer(text)
    ]


@pytest.mark.parametrize("paths", [PAGES, CODE, APPS], ids=["pages", "code", "apps"])
def test_no_text_has_a_word_that_outsiders_read_twice(paths: list[Path]) -> None:
    assert len(paths) > 10
    assert found(paths) == []


def test_such_a_word_is_found() -> None:
    assert DIALECT.search("Weights that cannot be had") and DIALECT.search("it lies beside it")
    assert not DIALECT.search("It is no longer there, the amended text is fixed")
