"""The commands that make something from a recipe: artifacts, goldens, captures, or everything.

Each command imports its stage only when it runs, so that `--help` stays fast.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onpar.pipeline.cli.options import (
    allow_unjudged_option,
    build_option,
    format_option,
    github_option,
    json_option,
    max_drop_option,
    model_options,
    runs_option,
    target_option,
    threads_option,
)
from onpar.pipeline.errors import OnparError
from onpar.pipeline.exit_codes import ExitCode, after, exit_code

if TYPE_CHECKING:
    from onpar.pipeline.golden.goldens import Goldens


@click.command()
@model_options
@format_option
@target_option
@build_option
@json_option
def export(formats: tuple[str, ...], targets: tuple[str, ...], as_json: bool, **model: Any) -> None:
    """Export a recipe to every format.

    With --target, only to the formats that the target runs; this works on any machine.

    Example: onpar export --recipe deeplabv3_resnet50 --size 384x512
    """
    from onpar.pipeline.cli import show
    from onpar.pipeline.export.artifacts import chosen_variants, export_others, export_weights
    from onpar.pipeline.jobs.display import note
    from onpar.pipeline.weights.chosen import chosen

    variants = chosen_variants(formats, targets)
    with chosen(**model) as (choice, folder, watch):
        recipe, weights = export_weights(choice, folder, watch, variants)
        for reason in weights.artifact.gate if weights.artifact else ():
            note(f"what follows cannot be shown to be on par: {reason}")
        others = export_others(recipe, choice, variants, weights, folder, watch)
    exports = [weights, *others]
    show.exports(exports, as_json)
    errors = [one.failure for one in exports if one.error]
    show.failures(errors)
    sys.exit(after(errors))


@click.command()
@model_options
@click.option(
    "--from",
    "capture",
    type=click.Path(path_type=Path),
    help="For the photo in this capture and the captured model.",
)
@build_option
@json_option
def golden(capture: Path | None, as_json: bool, **model: Any) -> None:
    """Compute the golden tensors with PyTorch.

    The reference is eager PyTorch in float64; each golden holds its noise floor and its gates. With
    --from it is the golden for a photo that only a phone has.

    Example: onpar golden --recipe deeplabv3_mobilenet_v3_large --weights seeded:0
    """
    from onpar.pipeline.cli import show
    from onpar.pipeline.export.artifacts import export_weights
    from onpar.pipeline.golden.goldens import golden as golden_stage
    from onpar.pipeline.jobs.display import note
    from onpar.pipeline.weights.chosen import chosen

    if capture:
        made = _golden_from(capture, model)
        show.goldens(made, as_json)
        note("it cannot judge how the photo was decoded: its pixels are the capture's own")
        errors = [made.refused] if made.refused else []
        show.failures(errors)
        sys.exit(after(errors))
    with chosen(**model) as (choice, folder, watch):
        recipe, weights = export_weights(choice, folder, watch)
        made = golden_stage(recipe, choice, weights, folder, watch)
    show.goldens(made, as_json)


def _golden_from(capture: Path, model: dict[str, Any]) -> Goldens:
    from onpar.pipeline.build_folder.build_lock import build_lock
    from onpar.pipeline.jobs.display import display
    from onpar.pipeline.paths import Build
    from onpar.pipeline.photos.from_capture import golden_from

    given = click.get_current_context().get_parameter_source
    for name in model.keys() - {"build"}:
        if given(name) is not click.core.ParameterSource.DEFAULT:
            option = name.replace("_", "-")
            raise OnparError(f"--from {capture} names its model; leave out --{option}")
    with build_lock(model["build"]), display() as watch:
        return golden_from(capture, Build(model["build"]), watch)


@click.command()
@model_options
@format_option
@target_option
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

    What each target computes, stage by stage, is saved in capture files.

    Example: onpar capture --target onnxruntime --threads 1
    """
    from onpar.pipeline.capture.capture_job import Runs
    from onpar.pipeline.capture.captures import capture as capture_stage
    from onpar.pipeline.capture.captures import check_targets
    from onpar.pipeline.cli import show
    from onpar.pipeline.export.artifacts import chosen_variants
    from onpar.pipeline.export.artifacts import export as export_stage
    from onpar.pipeline.weights.chosen import chosen

    variants = chosen_variants(formats, targets)
    check_targets(targets)
    how = Runs(threads=threads, measured=runs)
    with chosen(**model) as (choice, folder, watch):
        recipe, exports = export_stage(choice, variants, folder, watch)
        captures = capture_stage(recipe, exports, targets, how, folder, watch)
    show.captures(captures, as_json)
    errors = [e.failure for e in exports if e.error]
    # A refused model on a target that was requested by name is a failure.
    errors += [c.failure for c in captures if c.error or (c.refused and c.target in targets)]
    show.failures(errors)
    sys.exit(after(errors))


@click.command()
@model_options
@format_option
@target_option
@threads_option
@runs_option
@max_drop_option
@allow_unjudged_option
@github_option
@build_option
@json_option
def parity(
    formats: tuple[str, ...],
    targets: tuple[str, ...],
    threads: int,
    runs: int,
    max_drop: float | None,
    allow_unjudged: bool,
    github: bool,
    as_json: bool,
    **model: Any,
) -> None:
    """Run every step whose inputs changed.

    The steps are export, golden, capture, check and report.

    Example: onpar parity --recipe selfie_segmentation --allow-unjudged
    """
    from onpar.pipeline.cli import github as on_github
    from onpar.pipeline.cli import show
    from onpar.pipeline.python.options import typed
    from onpar.pipeline.python.run_parity import run_parity

    options = model | {"formats": formats or None, "targets": targets or None}
    with typed():
        done = run_parity(**options, threads=threads, runs=runs, max_drop=max_drop)
    with on_github.obeying_nothing(github and not as_json):
        show.outcome(done, as_json)
    if github:
        on_github.annotate_run(done.run, as_json, done.errors)
    sys.exit(exit_code([ExitCode(done.exit_code)], allow_unjudged))


@click.command()
@click.option("--reason", required=True, help="Why the committed goldens change.")
@build_option
def bless(reason: str, build: Path) -> None:
    """Change the committed goldens, for a reason.

    Example: onpar bless --reason "torchvision 0.30 fixes the head's padding"
    """
    from onpar.pipeline.bless import bless as bless_stage
    from onpar.pipeline.build_folder.build_lock import build_lock
    from onpar.pipeline.jobs.display import display
    from onpar.pipeline.paths import Build

    with build_lock(build), display() as watch:
        for line in bless_stage(reason, Build(build), watch):
            click.echo(line)
