"""The command that reports, from the file alone, whether a phone's runtime will load it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onpar.pipeline.cli.options import allow_unjudged_option, build_option, json_option
from onpar.pipeline.exit_codes import ExitCode, exit_code

if TYPE_CHECKING:
    from onpar.pipeline.preflight.published.run_published import Ran
    from onpar.pipeline.preflight.verdict import Listed


@click.command()
@click.argument("artifact", type=click.Path(path_type=Path))
@click.option(
    "--runtime",
    "runtimes",
    multiple=True,
    metavar="NAME[@VERSION]",
    help="A published runtime; may be given several times. Default: those that onpar's apps pin.",
)
@click.option(
    "--run",
    is_flag=True,
    help="Also load it, and capture its cases, with exactly that version on this machine.",
)
@allow_unjudged_option
@build_option
@json_option
def preflight(
    artifact: Path,
    runtimes: tuple[str, ...],
    run: bool,
    allow_unjudged: bool,
    build: Path,
    as_json: bool,
) -> None:
    """Will it load there?

    Reports whether a phone's runtime will load ARTIFACT, from the file's bytes and a table of
    published runtimes. The file is not run, and no other file is needed.

    With --run the model is loaded and captured with exactly these versions, each in its own
    environment below the build folder. They are builds for this machine, not for a phone. `onpar
    check` judges the captures.

    The exit code is 0 if every runtime loads it, 1 if one does not, and 3 if it is not known for
    one.

    Example: onpar preflight model.ptl --runtime LibTorch-Lite@1.13.0.1
    """
    from onpar.pipeline.preflight import shown
    from onpar.pipeline.preflight.loads import judged
    from onpar.pipeline.preflight.pinned import pinned_for
    from onpar.pipeline.preflight.read import read
    from onpar.pipeline.preflight.runtimes import chosen
    from onpar.pipeline.preflight.verdict import Answer

    contents = read(artifact)
    listed = chosen(runtimes) if runtimes else pinned_for(artifact, contents.format)
    verdicts = [judged(artifact.name, contents, one) for one in listed]
    ran = _run(artifact, contents.format, listed, build) if run else []
    shown.verdicts(verdicts, ran, as_json)
    by_answer = {
        Answer.LOADS: ExitCode.ON_PAR,
        Answer.DOES_NOT: ExitCode.NOT_ON_PAR,
        Answer.NOT_KNOWN: ExitCode.UNJUDGED,
    }
    codes = [by_answer[one.answer] for one in verdicts]
    codes += [ExitCode.NOT_ON_PAR for one in ran if one.error]
    sys.exit(exit_code(codes, allow_unjudged))


def _run(artifact: Path, format_name: str, listed: list[Listed], build: Path) -> list[Ran]:
    from onpar.pipeline.jobs.display import display
    from onpar.pipeline.paths import Build
    from onpar.pipeline.preflight.published.run_published import run

    with display() as watch:
        return run(artifact, format_name, listed, Build(build), watch)
