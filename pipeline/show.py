"""What the commands print: a table for people, JSON for programs."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from pipeline import __version__
from pipeline.paths import ROOT
from pipeline.recipes import RECIPES
from pipeline.targets import TARGETS

if TYPE_CHECKING:
    from parity.run import Run
    from pipeline.capture import Captured
    from pipeline.export import Exported
    from pipeline.golden import Goldens
    from pipeline.parity import Outcome

PACKAGES = (
    "torch",
    "torchvision",
    "onnx",
    "onnxruntime",
    "onnxscript",
    "numpy",
    "pillow",
    "safetensors",
)


def note(text: str) -> None:
    """Say loudly, on stderr, what was decided for the user."""
    if text:
        click.secho(f"onpar: {text}", err=True, fg="yellow", bold=True)


def as_json(value: Any) -> None:
    """Print indented JSON; paths become strings."""
    encoded = msgspec.json.encode(value, enc_hook=str)
    click.echo(msgspec.json.format(encoded, indent=1).decode())


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that folds long cells instead of cutting them off."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(title=title, title_justify="left")
    for header in headers:
        shown.add_column(header, overflow="fold")
    for row in rows:
        shown.add_row(*row)
    Console().print(shown)


def exports(done: Sequence[Exported], json: bool) -> None:
    """Every artifact: made, up to date, or failed and why."""
    if json:
        as_json(done)
        return
    rows = []
    for one in done:
        size = f"{one.artifact.bytes / 1e6:.1f} MB" if one.artifact else ""
        state = "failed" if one.error else f"{one.seconds:.1f} s"
        rows.append((one.format, size, state if one.fresh else "up to date", str(one.path)))
    table("Artifacts", ("format", "size", "export", "file"), rows)


def failures(errors: Sequence[str]) -> None:
    """What failed and why, on stderr, below the table."""
    for error in errors:
        click.secho(f"onpar: {error}", err=True, fg="red", bold=True)


def goldens(made: Goldens, json: bool) -> None:
    """The golden files, and whether they were made now."""
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
        state = "failed" if one.error else state
        folder = str(one.paths[0].parent) if one.paths else ""
        rows.append((one.target, one.variant, str(len(one.paths)), state, folder))
    table("Captures", ("target", "artifact", "cases", "capture", "folder"), rows)


def run(judged: Run, json: bool) -> None:
    """The verdicts."""
    if json:
        as_json(
            {
                "answer": judged.answer,
                "passed": judged.passed,
                "coverage": judged.coverage,
                "rows": [
                    {
                        "status": v.status,
                        "stage": v.blame.stage if v.blame else None,
                        "sentence": v.sentence,
                    }
                    for v in judged.verdicts
                ],
                "run": judged,
            }
        )
        return
    from rich.console import Console

    from parity.report.terminal import print_run

    print_run(judged, Console())


def outcome(done: Outcome, json: bool) -> None:
    """What `onpar parity` made, and its verdicts."""
    if json:
        run(done.run, json)
        return
    if any(one.fresh for one in done.exports):
        exports(done.exports, json)
    run(done.run, json)
    failures(done.errors)
    click.echo(f"Report: {(done.reports / 'report.html').resolve().as_uri()}")


def targets(json: bool) -> None:
    """Every target, with what it needs."""
    if json:
        as_json({name: {"here": bool(t.module), **_fields(t)} for name, t in TARGETS.items()})
        return
    rows = [
        (name, "here" if t.module else "—", ", ".join(t.formats), t.needs)
        for name, t in TARGETS.items()
    ]
    table("Targets", ("target", "runs", "formats", "needs"), rows)


def recipes(json: bool) -> None:
    """The recipes, with what they are."""
    from importlib import import_module

    described = {n: (import_module(m).__doc__ or "").strip() for n, m in RECIPES.items()}
    if json:
        as_json(described)
        return
    table("Recipes", ("recipe", "what it is"), list(described.items()))


def environment(json: bool) -> None:
    """Versions, machine, and the tools that optional parts use."""
    from pipeline.host import operating_system, processor
    from pipeline.jobs import available_memory

    content = {
        "onpar": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "checkout": str(ROOT),
        "os": operating_system(),
        "arch": platform.machine(),
        "processor": processor(),
        "memory_available_gb": round(available_memory() / 1e9, 1),
        "disk_free_gb": round(shutil.disk_usage(Path.cwd()).free / 1e9, 1),
        "packages": {name: _version(name) for name in PACKAGES},
        "tools": {name: shutil.which(name) for name in ("chromium", "java", "clang", "adb")},
    }
    if json:
        as_json(content)
        return
    flat = {k: v for k, v in content.items() if not isinstance(v, dict)}
    groups = (content["packages"], content["tools"])
    for group in groups:
        assert isinstance(group, dict)
        flat |= {k: v or "not installed" for k, v in group.items()}
    table("Environment", ("what", "value"), [(k, str(v)) for k, v in flat.items()])


def _fields(target: Any) -> dict[str, Any]:
    return {"formats": target.formats, "needs": target.needs}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
