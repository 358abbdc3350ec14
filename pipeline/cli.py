"""The command line `onpar`. Each command imports its stage when it runs: `--help` stays fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from pipeline import __version__
from pipeline.errors import OnparError, in_words
from pipeline.options import (
    build_option,
    chosen,
    format_option,
    json_option,
    model_options,
    runs_option,
    threads_option,
)

EXIT_CODES = (
    "Exit codes: 0 on par, 1 not on par or a failed stage, 2 usage or input, 130 stopped by Ctrl-C."
)


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OnparError as error:
            click.echo(f"onpar: {error}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo(
                "onpar: stopped; what was finished is kept, nothing is half-written", err=True
            )
            ctx.exit(130)
        except BrokenPipeError:
            raise  # `onpar … | head`: click ends without a word
        except OSError as error:
            # A full disk, or a folder that cannot be written: the user's to mend.
            click.echo(f"onpar: {in_words(error)}", err=True)
            ctx.exit(2)


@click.group(
    cls=_Group, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="onpar")
def main() -> None:
    """Is the model on the phone on par with the model in Python?"""


@main.command()
@model_options
@format_option
@build_option
@json_option
def export(formats: tuple[str, ...], as_json: bool, **model: Any) -> None:
    """Export a recipe to every format.

    Example: onpar export --recipe deeplabv3_resnet50 --size 384x512
    """
    from exporters import FORMATS
    from pipeline import show
    from pipeline.export import export as export_stage

    with chosen(**model) as (choice, folder, watch):
        _, exports = export_stage(choice, formats or list(FORMATS), folder, watch)
    show.exports(exports, as_json)
    errors = [one.failure for one in exports if one.error]
    show.failures(errors)
    sys.exit(1 if errors else 0)


@main.command()
@model_options
@build_option
@json_option
def golden(as_json: bool, **model: Any) -> None:
    """Compute the golden tensors with PyTorch.

    The reference is eager PyTorch in float64; each golden holds its noise floor and its gates.

    Example: onpar golden --recipe deeplabv3_mobilenet_v3_large --weights seeded:0
    """
    from pipeline import show
    from pipeline.export import export as export_stage
    from pipeline.golden import golden as golden_stage

    with chosen(**model) as (choice, folder, watch):
        recipe, [weights] = export_stage(choice, ["safetensors"], folder, watch)
        made = golden_stage(recipe, choice, weights, folder, watch)
    show.goldens(made, as_json)


@main.command()
@model_options
@format_option
@click.option("--target", "targets", multiple=True, help="Only this target.")
@threads_option
@runs_option
@build_option
@json_option
def capture(
    formats: tuple[str, ...],
    targets: tuple[str, ...],
    threads: int,
    runs: int,
    as_json: bool,
    **model: Any,
) -> None:
    """Run the artifacts on this machine's targets.

    What each target computes, stage by stage, is kept in capture files.

    Example: onpar capture --target onnxruntime --threads 1
    """
    from exporters import FORMATS
    from pipeline import show
    from pipeline.capture import Runs, check_targets
    from pipeline.capture import capture as capture_stage
    from pipeline.export import export as export_stage

    check_targets(targets)
    how = Runs(threads=threads, measured=runs)
    with chosen(**model) as (choice, folder, watch):
        recipe, exports = export_stage(choice, formats or list(FORMATS), folder, watch)
        captures = capture_stage(recipe, exports, targets, how, folder, watch)
    show.captures(captures, as_json)
    errors = [e.failure for e in exports if e.error] + [c.failure for c in captures if c.error]
    show.failures(errors)
    sys.exit(1 if errors else 0)


@main.command()
@click.argument("captures", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--require",
    multiple=True,
    metavar="TARGET:VARIANT:CASE",
    help="A row that must be there and on par, besides the captures given.",
)
@click.option("--write-json", type=click.Path(path_type=Path), help="Keep the run for `report`.")
@build_option
@json_option
def check(
    captures: tuple[Path, ...],
    require: tuple[str, ...],
    write_json: Path | None,
    build: Path,
    as_json: bool,
) -> None:
    """Judge captures by the goldens.

    CAPTURES are files, or folders of them; by default all of the build folder's.

    Example: onpar check build/captures/onnxruntime
    """
    from parity.run import write_run
    from pipeline import show
    from pipeline.check import check as check_stage
    from pipeline.check import parse_row
    from pipeline.display import display
    from pipeline.paths import Build

    folder = Build(build)
    with display() as watch:
        rows = [parse_row(text) for text in require]
        run = check_stage(captures or [folder.captures], rows, folder, watch)
    if write_json:
        write_run(write_json, run)
    show.run(run, as_json)
    sys.exit(run.exit_code)


@main.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Default: beside RUN."
)
def report(run: Path, out: Path | None) -> None:
    """Write a run's HTML page and JUnit XML.

    RUN is a file that `check --write-json` or `parity` wrote.

    Example: onpar report build/run.json --out build/reports
    """
    from parity.run import RunError, read_run
    from pipeline.report import write_reports

    try:
        folder = out or run.parent
        write_reports(read_run(run), folder)
    except RunError as error:
        raise OnparError(str(error)) from error
    click.echo(f"{folder / 'report.html'}\n{folder / 'junit.xml'}")


@main.command()
@model_options
@format_option
@threads_option
@runs_option
@build_option
@json_option
def parity(formats: tuple[str, ...], threads: int, runs: int, as_json: bool, **model: Any) -> None:
    """Do all of it, as far as anything changed.

    Export, golden, capture, check and report, one after another.

    Example: onpar parity --recipe deeplabv3_resnet50 --size 400x400
    """
    from exporters import FORMATS
    from pipeline import show
    from pipeline.capture import Runs
    from pipeline.parity import parity as whole_way

    how = Runs(threads=threads, measured=runs)
    with chosen(**model) as (choice, folder, watch):
        outcome = whole_way(choice, formats or list(FORMATS), how, folder, watch)
    show.outcome(outcome, as_json)
    sys.exit(1 if outcome.errors else outcome.run.exit_code)


@main.command()
@click.option("--reason", required=True, help="Why the committed goldens change.")
@build_option
def bless(reason: str, build: Path) -> None:
    """Change the committed goldens, for a reason.

    Example: onpar bless --reason "torchvision 0.30 fixes the head's padding"
    """
    from pipeline.bless import bless as bless_stage
    from pipeline.display import display
    from pipeline.paths import Build

    with display() as watch:
        for line in bless_stage(reason, Build(build), watch):
            click.echo(line)


@main.command()
@json_option
def targets(as_json: bool) -> None:
    """List every target and what it needs."""
    from pipeline import show

    show.targets(as_json)


@main.command()
@json_option
def recipes(as_json: bool) -> None:
    """List the recipes."""
    from pipeline import show

    show.recipes(as_json)


@main.command()
@json_option
def env(as_json: bool) -> None:
    """Show versions, machine and tools.

    What to put into a bug report.
    """
    from pipeline import show

    show.environment(as_json)
