"""The README's tables, generated: `python -m onpar.pipeline.cli.tables README.md RUN`.

RUN is the run.json of a full `onpar parity`, on a machine with everything that `make system`
installs: the table of formats shows what was on par there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from onpar.exporters import FORMATS, USUAL
from onpar.parity.files.atomic import write_text
from onpar.parity.judge.run import Run, read_run
from onpar.parity.judge.status import MEANING, Status
from onpar.pipeline.exit_codes import MEANING as EXIT_CODES
from onpar.pipeline.targets import TARGETS
from onpar.pipeline.targets.target import Target


def formats(run: Run) -> str:
    """Every format: its suffix, the precisions that it is usually exported in, the targets where
    every case was on par, and the other targets that run it."""
    rows = []
    for name, form in FORMATS.items():
        kinds: dict[tuple[str, ...], list[str]] = {}
        usual = (kind for kind in form.made_from if f"{name}-{kind}" in USUAL)
        for kind in usual:
            kinds.setdefault(_on_par(run, f"{name}-{kind}"), []).append(kind)
        judged = {place for places in kinds for place in places}
        elsewhere = [n for n, t in TARGETS.items() if name in t.formats and n not in judged]
        for places, of in kinds.items():
            words = ", ".join(kind.replace("-tensor", "").replace("-", " ") for kind in of)
            rows.append((f"`{name}`", f"`{form.suffix}`", words, _code(places), _code(elsewhere)))
    return _table(("format", "file", "exported in", "on par here on", "runs elsewhere"), rows)


def _on_par(run: Run, variant: str) -> tuple[str, ...]:
    """The targets on which every row of the variant passed."""
    statuses: dict[str, set[Status]] = {}
    for verdict in run.verdicts:
        if verdict.variant == variant:
            statuses.setdefault(verdict.target, set()).add(verdict.status)
    return tuple(name for name in TARGETS if statuses.get(name) == {Status.PASS})


def targets() -> str:
    """Every target, whether it runs on this machine, and its requirements."""
    rows = [(f"`{n}`", _judged(t), t.needs) for n, t in TARGETS.items()]
    return _table(("target", "judged today", "needs"), rows)


SYSTEMS = {"Darwin": "a Mac"}


def _judged(target: Target) -> str:
    if target.manual:
        return "on request"
    if not target.module:
        return "no"
    if target.system:
        return f"on {SYSTEMS[target.system]}"
    return "where attached" if target.device else "yes"


def statuses() -> str:
    """Every status, in order of precedence, with its meaning."""
    return _table(("status", "meaning"), [(f"`{s}`", text) for s, text in MEANING.items()])


def exit_codes() -> str:
    """Every exit code, with its meaning."""
    return _table(("exit code", "meaning"), [(f"{c:d}", text) for c, text in EXIT_CODES.items()])


def filled(readme: str, run: Run) -> str:
    """The README's text with its tables updated: each is between `<!-- NAME -->` and `<!-- end
    -->`."""
    tables = {
        "formats": formats(run),
        "targets": targets(),
        "statuses": statuses(),
        "exit codes": exit_codes(),
    }
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, rest = readme.partition(begin)
        _, _, after = rest.partition(end)
        readme = before + begin + table + end + after
    return readme


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    path, run_file = map(Path, sys.argv[1:])
    write_text(path, filled(path.read_text(encoding="utf-8"), read_run(run_file)))
