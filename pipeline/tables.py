"""The README's tables of formats and targets, generated: `python -m pipeline.tables README.md`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from exporters import FORMATS
from parity.atomic import write_text
from parity.status import MEANING
from pipeline.targets import TARGETS, Target


def formats() -> str:
    """Every format: its suffix, what it can be exported in, and where it runs."""
    rows = []
    for name, form in FORMATS.items():
        places = ", ".join(f"`{n}`" for n, target in TARGETS.items() if name in target.formats)
        kinds = ", ".join(kind.replace("-tensor", "").replace("-", " ") for kind in form.made_from)
        rows.append((f"`{name}`", f"`{form.suffix}`", kinds, places))
    return _table(("format", "file", "precision", "runs on"), rows)


def targets() -> str:
    """Every target, whether it runs on this machine, and what it needs."""
    rows = [(f"`{n}`", _judged(t), t.needs) for n, t in TARGETS.items()]
    return _table(("target", "judged today", "needs"), rows)


SYSTEMS = {"Darwin": "a Mac"}


def _judged(target: Target) -> str:
    if target.on_request:
        return "on request"
    if not target.module:
        return "no"
    if target.system:
        return f"on {SYSTEMS[target.system]}"
    return "where attached" if target.attached else "yes"


def statuses() -> str:
    """Every status, in order of precedence, with its meaning."""
    return _table(("status", "meaning"), [(f"`{s}`", text) for s, text in MEANING.items()])


TABLES = {"formats": formats, "targets": targets, "statuses": statuses}
"""A table stands in the README between `<!-- NAME -->` and `<!-- end -->`."""


def filled(readme: str) -> str:
    """The README's text with its tables as they are today."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, rest = readme.partition(begin)
        _, _, after = rest.partition(end)
        readme = before + begin + table() + end + after
    return readme


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    write_text(path, filled(path.read_text(encoding="utf-8")))
