"""The command that finds the layers that int8 must keep in float."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onpar.pipeline.cli.options import build_option, json_option, model_options
from onpar.pipeline.exit_codes import ExitCode

if TYPE_CHECKING:
    from onpar.parity.evaluation.layer_search import LayerSearch, Total
    from onpar.pipeline.quantize.searches import Searched

SHOWN = 12
"""Layers that the terminal shows, the most costly, and all that are kept; the page shows all."""


def limit(parameter: click.Parameter, given: float) -> float:
    """A limit in points. Raises click.BadParameter unless it is a finite number above 0; click's
    FloatRange takes nan."""
    if not 0 < given < math.inf:
        raise click.BadParameter(f"{given:g} is not a finite number above 0", param=parameter)
    return given


@click.command()
@model_options
@click.option(
    "--max-drop",
    default=1.0,
    show_default=True,
    callback=lambda _, parameter, given: limit(parameter, given),
    help="The limit, in percentage points: of the pixels of a class map or a mask that change, of "
    "the first labels that change, or, for other outputs, of their relative RMS error.",
)
@click.option(
    "--images",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Photos that the limit is to hold over; default: the recipe's cases.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    help="Only this format: torchscript, onnx, pte or coreml; may be given several times.",
)
@build_option
@json_option
def quantize(
    max_drop: float,
    images: Path | None,
    formats: tuple[str, ...],
    as_json: bool,
    **model: Any,
) -> None:
    """Find the layers that int8 must keep in float.

    Each layer is computed alone in int8, in float64 arithmetic, and the most costly ones are kept
    in float until the limit holds. The result is a line for the recipe, and a file that `export`
    and `parity` take with --float-layers.

    The exit code is 1 if the limit does not hold, however many layers are kept.

    Example: onpar quantize --recipe mobilenet_v3_small --size 96x96 --weights demo
    """
    from onpar.pipeline.cli import show
    from onpar.pipeline.quantize.searches import check_formats, find_layers
    from onpar.pipeline.weights.chosen import chosen

    wanted = check_formats(formats)
    with chosen(**model) as (choice, folder, watch):
        done = find_layers(choice, wanted, images, max_drop, folder, watch)
    if as_json:
        show.as_json(done)
    else:
        _show(done)
    show.failures(done.failures)
    failed = done.failures or not all(one.holds for one in done.searches)
    sys.exit(ExitCode.NOT_ON_PAR if failed else ExitCode.ON_PAR)


def _show(done: Searched) -> None:
    from onpar.pipeline.quantize.searches import pasted

    for one in done.searches:
        _show_layers(one)
    for name, why in done.left_out.items():
        click.echo(f"{name}: left out: {why}")
    if not done.searches:
        return
    if done.float_layers or any(one.holds for one in done.searches):
        click.echo(f"In the recipe: {pasted(done.float_layers)}")
        click.echo(f"Or, with export, parity and the others: --float-layers {done.json}")
    click.echo(f"Report: {done.html.resolve().as_uri()}")


def _show_layers(one: LayerSearch) -> None:
    from onpar.parity.report.page.layer_page import headline
    from onpar.pipeline.cli.show import table

    rows = [
        (layer.name, f"{layer.weights:,}", f"{layer.cost:.3%}", "float" if layer.kept else "int8")
        for index, layer in enumerate(one.layers)
        if index < SHOWN or (layer.kept and one.holds)
    ]
    names = ", ".join(one.formats)
    table(f"{names}: layers by cost", ("layer", "weights", "alone in int8", "stays in"), rows)
    if len(rows) < len(one.layers):
        click.echo(f"and {len(one.layers) - len(rows)} layers that cost less, in the report")
    table(f"{names}: {one.figure}", ("", "points", "worst SNR", "weights"), _totals(one.totals))
    click.echo(f"{headline(one)}\n")


def _totals(totals: tuple[tuple[str, Total], ...]) -> list[tuple[str, ...]]:
    from onpar.parity.report.figures import file_size

    return [
        (what, f"{one.drop:.3f}", f"{one.snr_db:.1f} dB", file_size(one.bytes))
        for what, one in totals
    ]
