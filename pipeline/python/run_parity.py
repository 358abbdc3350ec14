"""`onpar.run_parity`: the implementation of `onpar parity`, for the command and for Python."""

from __future__ import annotations

import os
from collections.abc import Sequence

from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.artifacts import chosen_variants
from onpar.pipeline.parity import parity
from onpar.pipeline.python.one_call import names, one_call, paths
from onpar.pipeline.python.run_results import RunResult
from onpar.pipeline.weights.chosen import chosen


def run_parity(
    recipe: str | os.PathLike[str] | None,
    *,
    size: str | tuple[int, int] | None = None,
    weights: str | os.PathLike[str] | None = None,
    formats: str | Sequence[str] = (),
    targets: str | Sequence[str] = (),
    build: str | os.PathLike[str] = "build",
    threads: int = 0,
    runs: int = 0,
    keep_aux: bool = False,
    offline: bool = False,
    calibration: str | os.PathLike[str] = "",
    tolerances: str | os.PathLike[str] = "",
) -> RunResult:
    """Export, golden, capture, check and report, with only the changed steps: `onpar parity`.

    `recipe` is a name that `onpar recipes` lists, or the path of a .py file; None chooses like the
    command without --recipe. `size` is (height, width) in pixels or "HxW", by default 400x400;
    `weights` is auto (the default), pretrained, demo, built, seeded:N or the path of a state dict.
    `formats` and `targets` name what to export and where to run it, by default everything that can
    run here. `build` is the folder for all files; another call or command with the same folder
    waits. `threads` is the number of the runtime's threads, 0 for every core; `runs` the number of
    measured runs per case, 0 for 3 or fewer. The other options are those of the command.

    Progress goes to stderr. Jobs run in separate processes, which do not run the calling script
    again: it needs no `if __name__ == "__main__":`. Any thread may call this.

    Raises OnparError for wrong arguments, for a recipe that fails, for weights that are not worth
    comparing with, for a folder that cannot be written, and if it is called by a recipe's file or
    in a process of multiprocessing.Pool.
    """
    with one_call("run_parity"):
        how = Runs(threads=_count("threads", threads), measured=_count("runs", runs))
        wanted = names("targets", targets)
        variants = chosen_variants(names("formats", formats), wanted)
        [folder] = paths(build)
        with chosen(
            folder,
            recipe=None if recipe is None else os.fspath(recipe),
            size=_size(size),
            weights="auto" if weights is None else os.fspath(weights),
            keep_aux=keep_aux,
            offline=offline,
            calibration=os.fspath(calibration),
            tolerances=os.fspath(tolerances),
        ) as (choice, held, watch):
            done = parity(choice, variants, wanted, how, held, watch)
    return RunResult(
        run=done.run,
        report=done.reports / "report.html",
        errors=tuple(done.errors),
        note=choice.note,
        exports=tuple(done.exports),
    )


def _size(size: str | tuple[int, int] | None) -> str:
    if size is None:
        return "400x400"
    return "x".join(map(str, size)) if isinstance(size, tuple | list) else str(size)


def _count(what: str, number: int) -> int:
    if not isinstance(number, int) or number < 0:
        raise OnparError(f"{what}={number!r}: expected an integer of at least 0")
    return number
