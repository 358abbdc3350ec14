"""The commands that judge existing files, and those that list what onpar has.

Each command imports its stage only when it runs, so that `--help` stays fast.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from onpar.pipeline.cli.options import (
    allow_unjudged_option,
    build_option,
    github_option,
    json_option,
    max_drop_option,
    percent,
)
from onpar.pipeline.errors import OnparError, writing
from onpar.pipeline.exit_codes import ExitCode, after, exit_code


@click.command()
@click.argument("captures", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--require",
    multiple=True,
    metavar="TARGET:VARIANT:CASE",
    help="A row that must exist and be on par, in addition to the given captures.",
)
@max_drop_option
@click.option("--write-json", type=click.Path(path_type=Path), help="Keep the run for `report`.")
@allow_unjudged_option
@github_option
@build_option
@json_option
def check(
    captures: tuple[Path, ...],
    require: tuple[str, ...],
    max_drop: float | None,
    write_json: Path | None,
    allow_unjudged: bool,
    github: bool,
    build: Path,
    as_json: bool,
) -> None:
    """Judge captures by the goldens.

    CAPTURES are files, or folders of files; by default all captures in the build folder.

    --github is for a step of GitHub Actions: an error annotation for every artifact that fails, one
    warning for UNJUDGED rows, one notice for rows that did not run, and the whole run in the job
    summary. It is never on by default.

    Example: onpar check build/captures/onnxruntime
    """
    from onpar.parity.judge.run import write_run
    from onpar.pipeline.cli import github as on_github
    from onpar.pipeline.cli import show
    from onpar.pipeline.python.check_captures import check_captures
    from onpar.pipeline.python.options import typed

    with typed():
        done = check_captures(captures or None, require=require, build=build, max_drop=max_drop)
    run = done.run
    with on_github.obeying_nothing(github and not as_json):
        show.run(run, as_json)
    if github:
        on_github.annotate_run(run, as_json)
    if write_json:
        with writing(f"--write-json {write_json}", "a file in a folder that can be written"):
            write_run(write_json, run)
    sys.exit(exit_code([ExitCode(done.exit_code)], allow_unjudged))


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Default: the folder of RUN."
)
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="An earlier run: report the changes since."
)
@github_option
@json_option
def report(run: Path, out: Path | None, baseline: Path | None, github: bool, as_json: bool) -> None:
    """Write a run's HTML page and JUnit XML.

    RUN and the baseline are files from `check --write-json` or `parity`. A row is better or worse
    by its status. If the status is the same, its relative error, its SNR and what is seen count, if
    they changed by more than they do between machines. Latency is shown, but does not count.

    The exit code is 0 for any result of the run; with --baseline it is 1 if a row is not on par any
    more, or is gone. --github annotates these rows.

    Example: onpar report build/run.json --baseline baseline.json
    """
    from onpar.pipeline.cli import github as on_github
    from onpar.pipeline.cli import show
    from onpar.pipeline.report import report as report_stage

    if github and not baseline:
        raise OnparError("--github needs --baseline; `onpar check --github` annotates a run")
    made = report_stage(run, baseline, out)
    with on_github.obeying_nothing(github and not as_json):
        show.report(made, as_json)
    if made.comparison and github:
        on_github.annotate_comparison(made.comparison, as_json)
    lost = made.comparison is not None and made.comparison.lost
    sys.exit(ExitCode.NOT_ON_PAR if lost else ExitCode.ON_PAR)


@click.command()
@click.option(
    "--images",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of photos, PNG or JPEG; or of subfolders of photos, each the label of a "
    "classification.",
)
@click.option(
    "--masks",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of masks in VOC's format: <photo's name>.png, 255 is ignored.",
)
@click.option(
    "--labels",
    metavar="DIR_OR_CSV",
    type=click.Path(path_type=Path),
    help="True labels of a classification, names or indices: a CSV with the header `file,label`, "
    "or a folder whose subfolders are labels.",
)
@click.option(
    "--artifact",
    "artifacts",
    required=True,
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="An exported file, with its .json in the same folder; may be given several times.",
)
@click.option(
    "--workers",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Processes of one thread each; 0: one per core.",
)
@click.option(
    "--tolerances",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write what these artifacts may cost: from 200 images that int8 was not calibrated "
    "on. `export --tolerances`, or a recipe's `measured`, takes it.",
)
@click.option(
    "--max-drop",
    metavar="POINTS",
    callback=percent,
    help="How much an artifact may cost: points of mIoU or IoU with --masks, of top-1 with labels, "
    "else 100 less the agreement with float in percent. If one costs more, the exit code is 1. "
    "It has no default: without it nothing is limited.",
)
@build_option
@json_option
def evaluate(
    images: Path,
    masks: Path | None,
    labels: Path | None,
    artifacts: tuple[Path, ...],
    workers: int,
    tolerances: Path | None,
    max_drop: float | None,
    build: Path,
    as_json: bool,
) -> None:
    """Run artifacts over a folder of images.

    Reports how far their class maps, masks or first labels agree with the float model's and, with
    --masks or --labels, how much worse they are. Results are saved image by image: after Ctrl-C the
    same command continues.

    Example: onpar evaluate --images photos --masks masks --artifact build/artifacts/model-int8.onnx
    """
    from onpar.pipeline.build_folder.build_lock import build_lock
    from onpar.pipeline.cli import show
    from onpar.pipeline.evaluate.evaluations import evaluate as evaluate_stage
    from onpar.pipeline.evaluate.measured_tolerances import check_measurable, write_measured
    from onpar.pipeline.evaluate.plan import Wanted, plan_evaluation
    from onpar.pipeline.jobs.display import display, note
    from onpar.pipeline.paths import Build

    folder = Build(build)
    with build_lock(folder.root), display() as watch:
        planned = plan_evaluation(Wanted(artifacts, images, masks, labels, workers), folder)
        if tolerances:
            check_measurable(tolerances, planned)
        of = f"of {len(planned.pictures):,} images"
        before = len(planned.pictures) - len(planned.pending)
        if planned.pending and before:
            note(f"{before:,} {of} were evaluated before; continuing with the others")
        try:
            made = evaluate_stage(planned, watch, max_drop)
        except KeyboardInterrupt:
            done = len({one.identity for one in planned.records()})
            note(f"{done:,} {of} are evaluated; run it again to continue")
            raise
        refused = []
        if tolerances:
            command = shlex.join(["onpar", *sys.argv[1:]])
            refused = write_measured(tolerances, planned, command)
    show.evaluation(made, as_json)
    show.failures(refused)
    sys.exit(after([*refused, *(one for one in made.costs if not one.within)]))


@click.command()
@json_option
def targets(as_json: bool) -> None:
    """List every target and what it needs."""
    from onpar.pipeline.cli import show

    show.targets(as_json)


@click.command()
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
    from onpar.pipeline.cli import show
    from onpar.pipeline.cli.recipe_start import write_start

    if init:
        click.echo(write_start(init))
    else:
        show.recipes(as_json)


@click.command()
@build_option
@json_option
def env(build: Path, as_json: bool) -> None:
    """Show versions, machine, tools and disk use.

    For a bug report; and what uses space on the disk, with a way to free it.
    """
    from onpar.pipeline.cli.environment import environment

    environment(build, as_json)
