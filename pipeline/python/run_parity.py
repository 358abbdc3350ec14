"""`onpar.run_parity`: the implementation of `onpar parity`, for the command and for Python."""

from __future__ import annotations

import os

from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.check.max_drop import check_limits
from onpar.pipeline.export.artifacts import check_left_out, chosen_variants
from onpar.pipeline.parity import parity
from onpar.pipeline.python.arguments import Names, count, flag, names, path, percent, text
from onpar.pipeline.python.arguments import size as given_size
from onpar.pipeline.python.one_call import one_call
from onpar.pipeline.python.run_results import RunResult
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.weights.chosen import chosen

RECIPE = (
    "the name of a recipe, or the path of a .py file that makes one; "
    "`onpar recipes --init my_recipe.py` writes such a file"
)
WEIGHTS = (
    "auto, pretrained, demo, built, seeded:N, or the path of a state dict; "
    "`torch.save(module.state_dict(), 'weights.pth')` writes one"
)


def run_parity(
    recipe: str | os.PathLike[str] | None,
    *,
    size: str | tuple[int, int] | None = None,
    weights: str | os.PathLike[str] | None = None,
    formats: Names | None = None,
    targets: Names | None = None,
    build: str | os.PathLike[str] = "build",
    threads: int = 0,
    runs: int = 0,
    keep_aux: bool = False,
    offline: bool = False,
    calibration: str | os.PathLike[str] | None = None,
    tolerances: str | os.PathLike[str] | None = None,
    float_layers: str | os.PathLike[str] | None = None,
    max_drop: float | None = None,
) -> RunResult:
    """Export, golden, capture, check and report, with only the changed steps: `onpar parity`.

    `recipe` is a name that `onpar recipes` lists, or the path of a .py file; None chooses like the
    command without --recipe. `size` is (height, width) in pixels or "HxW", by default the recipe's
    only size, or 400x400, and none if it resizes no photo; `weights` is auto (the default),
    pretrained, demo, built, seeded:N or the path of a state dict. `formats` and `targets` name what
    to export and where to run it, one or several; None is all that can run here, and an empty list
    is refused. `build` is the folder for all files; another call or command with the same folder
    waits. `threads` is the number of the runtime's threads, 0 for every core; `runs` the number of
    measured runs per case, 0 for 3 or fewer. `max_drop` is the percent of the pixels of a class map
    or a mask that int8 and float16 may change, None for the recipe's limit; a changed limit exports
    nothing again. The other options are those of the command.

    Progress goes to stderr. Jobs run in separate processes, which do not run the calling script
    again: it needs no `if __name__ == "__main__":`. Any thread may call this.

    Raises OnparError for wrong arguments, for a recipe that fails, for weights that are not worth
    comparing with, for a folder that cannot be written, and if it is called by a recipe's file or
    in a process of multiprocessing.Pool.
    """
    with one_call("run_parity"):
        how = Runs(threads=count("threads", threads), measured=count("runs", runs))
        wanted = () if targets is None else names("targets", targets)
        some = () if formats is None else names("formats", formats)
        limit = percent("max_drop", max_drop)
        variants = chosen_variants(some, wanted)
        with chosen(
            path("build", build, "the path of a folder"),
            recipe=None if recipe is None else text("recipe", recipe, RECIPE),
            size=None if size is None else given_size(size),
            weights="auto" if weights is None else text("weights", weights, WEIGHTS),
            keep_aux=flag("keep_aux", keep_aux),
            offline=flag("offline", offline),
            calibration=_optional("calibration", calibration, "the path of a folder of photos"),
            tolerances=_optional("tolerances", tolerances, "the path of a file of tolerances"),
            float_layers=_optional("float_layers", float_layers, "the path of a file of layers"),
        ) as (choice, held, watch):
            recipe_made = load_recipe(choice.options)
            check_left_out(recipe_made, some, variants)
            check_limits(limit, recipe_made.model)
            done = parity(choice, variants, wanted, how, held, watch, limit)
    return RunResult(
        run=done.run,
        report=done.reports / "report.html",
        errors=tuple(done.errors),
        note=choice.note,
        exports=tuple(done.exports),
    )


def _optional(what: str, given: str | os.PathLike[str] | None, expected: str) -> str:
    """The path as text; empty, as with a command, if there is none."""
    return "" if given is None else text(what, given, expected)
