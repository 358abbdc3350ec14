"""The output of the commands: a table for people, JSON for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from onpar.parity.judge.delegation import delegation
from onpar.pipeline.targets import TARGETS, unmet_requirements

if TYPE_CHECKING:
    from onpar.parity.judge.run import Run
    from onpar.pipeline.build_folder.exported import Exported
    from onpar.pipeline.capture.captures import Captured
    from onpar.pipeline.evaluate.evaluations import Evaluated
    from onpar.pipeline.golden.goldens import Goldens
    from onpar.pipeline.python.run_results import RunResult
    from onpar.pipeline.report import Reports


NOT_ASCII = re.compile(r"[^\x00-\x7f]")
"""These characters are only in strings, where JSON can escape them."""


def as_json(value: Any) -> None:
    """Print indented JSON; paths become strings."""
    text = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=1).decode()
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        text = NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)
    click.echo(text)


SHORT_CELL = 12
"""The length of a cell that is never folded, such as a size, a percentage or `up to date`."""


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that folds long cells instead of cutting them off; short cells are not
    folded."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title, title_justify="left")
    for column, header in enumerate(headers):
        short = max((len(row[column]) for row in rows), default=0) <= SHORT_CELL
        shown.add_column(header, overflow="fold", no_wrap=short)
    for row in rows:
        shown.add_row(*map(Text, row))  # `[onnx]` is not markup
    Console().print(shown)


def exports(done: Sequence[Exported], json: bool) -> None:
    """Every artifact: made, up to date, or failed, with the reason."""
    if json:
        as_json(done)
        return
    from onpar.parity.report.figures import file_size

    model = model_name(done[0])
    rows = []
    for one in done:
        size = file_size(one.artifact.bytes) if one.artifact else ""
        state = f"{one.seconds:.1f} s" if one.fresh else "up to date"
        none = one.left_out or one.not_installed
        state = "failed" if one.error else "left out" if none else state
        rows.append((one.variant, size, state, none or one.path.name.replace(model, "…", 1)))
    table(f"Artifacts: {model}…", ("variant", "size", "export", "file"), rows)
    for one in done:
        split = delegation(one.artifact) if one.artifact else None
        if split:
            click.echo(f"{one.variant}: {split}")
    click.echo(f"in {done[0].path.parent}")


def model_name(exported: Exported) -> str:
    """What the names of all artifacts of its model begin with: with it, they do not fit into a
    terminal's 80 columns."""
    _, _, kind = exported.variant.partition("-")
    return exported.path.name.partition(kind)[0]


def failures(errors: Sequence[str]) -> None:
    """The failures with their reasons, on stderr, below the table, without the failures that follow
    from others."""
    reasons = [error.partition(": ")[2] for error in errors]
    for error, reason in zip(errors, reasons, strict=True):
        if any(reason.endswith(f" failed: {other}") for other in reasons):
            continue
        click.secho(f"onpar: {error}", err=True, fg="red", bold=True)


def goldens(made: Goldens, json: bool) -> None:
    """The golden files, and whether they are new."""
    if json:
        as_json(made)
        return
    state = f"{made.seconds:.1f} s" if made.fresh else "up to date"
    table(f"Goldens ({state})", ("case", "file"), [(p.stem, str(p)) for p in made.paths])


def captures(done: Sequence[Captured], json: bool) -> None:
    """Every target that ran: its captures, or why there are none."""
    if json:
        as_json(done)
        return
    rows = []
    for one in done:
        state = f"{one.seconds:.1f} s" if one.fresh else "up to date"
        state = "failed" if one.error else "not run" if one.refused else state
        folder = str(one.paths[0].parent) if one.paths else one.refused
        target = f"{one.target} {one.device}".strip()
        rows.append((target, one.variant, str(len(one.paths)), state, folder))
    table("Captures", ("target", "artifact", "cases", "capture", "folder"), rows)


def run(judged: Run, json: bool) -> None:
    """The verdicts."""
    if json:
        as_json(
            {
                "answer": judged.answer,
                "conclusion": judged.conclusion,
                "passed": judged.passed,
                "coverage": judged.coverage,
                "rows": [
                    {
                        "status": v.status,
                        "stage": v.blame.stage if v.blame else None,
                        "sentence": v.sentence,
                        "fidelity": v.fidelity,
                        "quality": v.quality,
                    }
                    for v in judged.verdicts
                ],
                "run": judged,
            }
        )
        for problem in judged.problems:
            click.secho(f"onpar: {problem}", err=True, fg="red", bold=True)
        return
    from rich.console import Console

    from onpar.parity.report.terminal import print_run

    print_run(judged, Console())


def outcome(done: RunResult, json: bool) -> None:
    """The files that `onpar parity` made, and its verdicts."""
    if json:
        run(done.run, json)
        return
    if any(one.fresh for one in done.exports):
        exports(done.exports, json)
    run(done.run, json)
    failures(done.errors)
    if done.report:
        click.echo(f"Report: {done.report.resolve().as_uri()}")


def report(made: Reports, json: bool) -> None:
    """The changes since the baseline, and the paths of the reports."""
    comparison = made.comparison
    if json:
        answer = comparison and {"answer": comparison.answer, "lost": len(comparison.lost)}
        as_json({"html": made.html, "junit": made.junit, "since": answer, "comparison": comparison})
        return
    if comparison:
        from rich.console import Console

        from onpar.parity.report.since import print_comparison

        print_comparison(comparison, Console())
    click.echo(f"{made.html}\n{made.junit}")


def evaluation(made: Evaluated, json: bool) -> None:
    """Each artifact's figures compared with float and, if it is known, with the truth."""
    done = made.evaluation
    if json:
        as_json(
            {
                "html": made.html,
                "json": made.json,
                "ran": made.ran,
                "costs": made.costs,
                "evaluation": done,
            }
        )
        return
    from onpar.parity.report.page.evaluated import shown_as

    shown = shown_as(done)
    for one in shown.tables(done):
        if one.on_terminal:
            rows = [[cell.text for cell in row] for row in one.rows]
            table(one.title, [cell.text for cell in one.headings], rows)
    for cost in made.costs:
        click.secho(cost.sentence, fg="green" if cost.within else "red", bold=not cost.within)
    click.echo(f"{shown.headline(done)}.\nReport: {made.html.resolve().as_uri()}")


def targets(json: bool) -> None:
    """Every target and its requirements."""
    if json:
        shown = {
            name: {
                "here": not unmet_requirements(name),
                **_fields(t),
                "needs": unmet_requirements(name) or t.needs,
            }
            for name, t in TARGETS.items()
        }
        as_json(shown)
        return
    rows = [
        (
            name,
            "—" if unmet_requirements(name) else "here",
            ", ".join(t.formats),
            unmet_requirements(name) or t.needs,
        )
        for name, t in TARGETS.items()
    ]
    table("Targets", ("target", "runs", "formats", "needs"), rows)


def recipes(json: bool) -> None:
    """The recipes and their descriptions."""
    from importlib import import_module

    from onpar.pipeline.recipes import RECIPES

    described = {n: (import_module(m).__doc__ or "").strip() for n, m in RECIPES.items()}
    if json:
        as_json(described)
        return
    table("Recipes", ("recipe", "what it is"), list(described.items()))
    click.echo("For a model of your own: onpar recipes --init my_recipe.py")


def _fields(target: Any) -> dict[str, Any]:
    return {"formats": target.formats, "needs": target.needs}
