"""The command line `onpar`. Each command imports its stage when it runs: `--help` stays fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.errors import OnparError, in_words
from pipeline.options import (
    build_option,
    chosen,
    format_option,
    github_option,
    json_option,
    model_options,
    runs_option,
    threads_option,
)

if TYPE_CHECKING:
    from pipeline.golden import Goldens

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
    from pipeline import show
    from pipeline.export import chosen_variants
    from pipeline.export import export as export_stage

    variants = chosen_variants(formats)
    with chosen(**model) as (choice, folder, watch):
        _, exports = export_stage(choice, variants, folder, watch)
    show.exports(exports, as_json)
    errors = [one.failure for one in exports if one.error]
    show.failures(errors)
    sys.exit(1 if errors else 0)


@main.command()
@model_options
@click.option(
    "--from",
    "capture",
    type=click.Path(path_type=Path),
    help="Of the photo in this capture, for the model that was captured.",
)
@build_option
@json_option
def golden(capture: Path | None, as_json: bool, **model: Any) -> None:
    """Compute the golden tensors with PyTorch.

    The reference is eager PyTorch in float64; each golden holds its noise floor and its gates.
    With --from it is the golden of a photo that only a phone has.

    Example: onpar golden --recipe deeplabv3_mobilenet_v3_large --weights seeded:0
    """
    from pipeline import show
    from pipeline.export import export_weights
    from pipeline.golden import golden as golden_stage

    if capture:
        show.goldens(_golden_from(capture, model), as_json)
        show.note("it cannot judge how the photo was decoded: its pixels are the capture's own")
        return
    with chosen(**model) as (choice, folder, watch):
        recipe, weights = export_weights(choice, folder, watch)
        made = golden_stage(recipe, choice, weights, folder, watch)
    show.goldens(made, as_json)


def _golden_from(capture: Path, model: dict[str, Any]) -> Goldens:
    from pipeline.build_lock import build_lock
    from pipeline.display import display
    from pipeline.golden_from import golden_from
    from pipeline.paths import Build

    given = click.get_current_context().get_parameter_source
    for name in model.keys() - {"build"}:
        if given(name) is not click.core.ParameterSource.DEFAULT:
            option = name.replace("_", "-")
            raise OnparError(f"--from {capture} says which model it is of; leave --{option} away")
    with build_lock(model["build"]), display() as watch:
        return golden_from(capture, Build(model["build"]), watch)


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
    from pipeline import show
    from pipeline.capture import capture as capture_stage
    from pipeline.capture import check_targets
    from pipeline.capture_job import Runs
    from pipeline.export import chosen_variants
    from pipeline.export import export as export_stage

    variants = chosen_variants(formats)
    check_targets(targets)
    how = Runs(threads=threads, measured=runs)
    with chosen(**model) as (choice, folder, watch):
        recipe, exports = export_stage(choice, variants, folder, watch)
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
@github_option
@build_option
@json_option
def check(
    captures: tuple[Path, ...],
    require: tuple[str, ...],
    write_json: Path | None,
    github: bool,
    build: Path,
    as_json: bool,
) -> None:
    """Judge captures by the goldens.

    CAPTURES are files, or folders of them; by default all of the build folder's.

    With --github, for a step of GitHub Actions: an error annotation for every artifact that fails,
    one notice of what was not judged, and the whole run in the job summary. It is never on by
    itself.

    Example: onpar check build/captures/onnxruntime
    """
    from parity.run import write_run
    from pipeline import github as on_github
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
    with on_github.obeying_nothing(github and not as_json):
        show.run(run, as_json)
    if github:
        on_github.tell_run(run, as_json)
    sys.exit(run.exit_code)


@main.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Default: beside RUN."
)
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="An earlier run: say what changed since."
)
@github_option
@json_option
def report(run: Path, out: Path | None, baseline: Path | None, github: bool, as_json: bool) -> None:
    """Write a run's HTML page and JUnit XML.

    RUN is a file that `check --write-json` or `parity` wrote, and so is a baseline. A row is better
    or worse by its status, and where that is the same by its error of what is allowed, its SNR and
    its agreement, if they moved by more than they do between machines. Latency is shown, and is
    never worse.

    The exit code is 0 whatever the run found; with --baseline it is 1 where a row that was on par
    is not any more, or is gone. --github annotates those.

    Example: onpar report build/run.json --baseline baseline.json
    """
    from pipeline import github as on_github
    from pipeline import show
    from pipeline.report import report as report_stage

    if github and not baseline:
        raise OnparError("--github needs --baseline; `onpar check --github` annotates a run")
    made = report_stage(run, baseline, out)
    with on_github.obeying_nothing(github and not as_json):
        show.report(made, as_json)
    if made.comparison and github:
        on_github.tell_comparison(made.comparison, as_json)
    sys.exit(made.comparison.exit_code if made.comparison else 0)


@main.command()
@model_options
@format_option
@threads_option
@runs_option
@github_option
@build_option
@json_option
def parity(
    formats: tuple[str, ...], threads: int, runs: int, github: bool, as_json: bool, **model: Any
) -> None:
    """Do all of it, as far as anything changed.

    Export, golden, capture, check and report, one after another.

    Example: onpar parity --recipe deeplabv3_resnet50 --size 400x400
    """
    from pipeline import github as on_github
    from pipeline import show
    from pipeline.capture_job import Runs
    from pipeline.export import chosen_variants
    from pipeline.parity import parity as whole_way

    variants = chosen_variants(formats)
    how = Runs(threads=threads, measured=runs)
    with chosen(**model) as (choice, folder, watch):
        outcome = whole_way(choice, variants, how, folder, watch)
    with on_github.obeying_nothing(github and not as_json):
        show.outcome(outcome, as_json)
    if github:
        on_github.tell_run(outcome.run, as_json, outcome.errors)
    sys.exit(1 if outcome.errors else outcome.run.exit_code)


@main.command()
@click.option("--reason", required=True, help="Why the committed goldens change.")
@build_option
def bless(reason: str, build: Path) -> None:
    """Change the committed goldens, for a reason.

    Example: onpar bless --reason "torchvision 0.30 fixes the head's padding"
    """
    from pipeline.bless import bless as bless_stage
    from pipeline.build_lock import build_lock
    from pipeline.display import display
    from pipeline.paths import Build

    with build_lock(build), display() as watch:
        for line in bless_stage(reason, Build(build), watch):
            click.echo(line)


@main.command()
@json_option
def targets(as_json: bool) -> None:
    """List every target and what it needs."""
    from pipeline import show

    show.targets(as_json)


@main.command()
@click.option(
    "--init",
    metavar="FILE.py",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a commented start of a recipe of your own.",
)
@json_option
def recipes(init: Path | None, as_json: bool) -> None:
    """List the recipes.

    Example: onpar recipes --init my_recipe.py
    """
    from pipeline import show
    from pipeline.recipe_start import write_start

    if init:
        click.echo(write_start(init))
    else:
        show.recipes(as_json)


@main.command()
@build_option
@json_option
def env(build: Path, as_json: bool) -> None:
    """Show versions, machine, tools and disk use.

    What to put into a bug report; and what takes space, with the way to get it back.
    """
    from pipeline.environment import environment

    environment(build, as_json)
