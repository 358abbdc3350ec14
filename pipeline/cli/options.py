"""Options that several commands share, and the choices that they make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onpar.parity.contract.drop import PERCENT, is_percent
from onpar.parity.limits.limits import MAX_COUNT

if TYPE_CHECKING:
    pass

Command = Callable[..., Any]


def model_options(command: Command) -> Command:
    """The options for the recipe, its size and its weights."""
    for option in reversed(
        (
            click.option(
                "--recipe",
                help="Model: a name that `onpar recipes` lists, or a .py file of yours; default: "
                "selfie_segmentation.",
            ),
            click.option(
                "--size",
                metavar="HxW",
                help="Pixels that photos are resized to; default: the recipe's only size, or "
                "400x400.",
            ),
            click.option("--keep-aux", is_flag=True, help="Keep the auxiliary head's output."),
            click.option(
                "--weights",
                default="auto",
                show_default=True,
                help="auto, pretrained, demo, built, seeded:N, or the path of a state dict; of a "
                "checkpoint with several, file.pth#KEY.",
            ),
            click.option("--offline", is_flag=True, help="Never use the network."),
            click.option(
                "--calibration",
                metavar="DIR",
                default="",
                help="Photos to calibrate int8 on; default: the recipe's own.",
            ),
            click.option(
                "--tolerances",
                metavar="FILE",
                default="",
                help="What int8 and fp16 may cost, as written by `evaluate --tolerances`.",
            ),
            click.option(
                "--float-layers",
                metavar="FILE",
                default="",
                help="Layers that int8 keeps in float32, as written by `quantize`; default: the "
                "recipe's own.",
            ),
        )
    ):
        command = option(command)
    return command


def percent(_: click.Context, parameter: click.Parameter, given: str | None) -> float | None:
    """The callback of an option that takes a number from 0 to 100; click's FloatRange takes nan.
    Raises click.BadParameter for anything else."""
    if given is None:
        return None
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not is_percent(number):
        raise click.BadParameter(f"{given!r} is not {PERCENT}", param=parameter)
    return number


max_drop_option = click.option(
    "--max-drop",
    metavar="PERCENT",
    callback=percent,
    help="How much of a class map or a mask int8 and fp16 may change, in percent of the pixels; "
    "default: the recipe's max_drop, or 25.",
)
build_option = click.option(
    "--build",
    default="build",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for artifacts, goldens, captures and reports.",
)
format_option = click.option(
    "--format",
    "formats",
    multiple=True,
    help="Only this format, or variant of one; may be given several times.",
)
target_option = click.option(
    "--target", "targets", multiple=True, help="Only this target; may be given several times."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
github_option = click.option(
    "--github",
    is_flag=True,
    help="In a step of GitHub Actions: annotations, and the job summary.",
)
allow_unjudged_option = click.option(
    "--allow-unjudged",
    is_flag=True,
    help="End with 0, not 3, if something is UNJUDGED or not known and nothing failed.",
)
threads_option = click.option(
    "--threads",
    default=0,
    show_default=True,
    type=click.IntRange(min=0, max=MAX_COUNT),
    help="Threads of the runtime; 0: every core.",
)
runs_option = click.option(
    "--runs",
    default=0,
    show_default=True,
    type=click.IntRange(min=0, max=MAX_COUNT),
    help="Measured runs per case; 0: 3, fewer for a slow model. 1 does not show whether runs "
    "repeat.",
)
