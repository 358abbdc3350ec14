"""The status that every row of onpar's own recipes can honestly have on this machine."""

from __future__ import annotations

from pathlib import Path

from onpar.exporters import USUAL, VARIANTS
from onpar.parity.judge.run import Row, Run, read_run
from onpar.parity.judge.status import Status
from onpar.pipeline.host import saturates_int8
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.input_size import with_size
from onpar.pipeline.targets import elsewhere, targets_for


def cases_of(recipe: str) -> list[str]:
    """The names of a recipe's cases."""
    return [case.name for case in load_recipe(with_size(recipe, None)).cases()]


def unlike_phones(variant: str) -> bool:
    """Whether this processor computes something else of it than phones do: it is not run."""
    return variant == "ort-int8-tensor" and saturates_int8()


def expected(recipe: str) -> dict[Row, Status]:
    """A row for every variant, target that takes it, and case: every precision is on par, and what
    runs elsewhere or is left out did not run."""
    statuses: dict[Row, Status] = {}
    cases, left_out = cases_of(recipe), load_recipe(with_size(recipe, None)).left_out
    for name in USUAL:
        variant = VARIANTS[name]
        here = Status.NOT_RUN if name in left_out or unlike_phones(name) else Status.PASS
        rows = dict.fromkeys(targets_for(variant.format), here)
        rows |= dict.fromkeys(elsewhere(variant.format), Status.NOT_RUN)
        statuses |= {Row(to, name, case): status for to, status in rows.items() for case in cases}
    return statuses


def found(run: Run) -> dict[Row, Status]:
    """The status of every row of a run, each of which may be there once."""
    rows = {Row(v.target, v.variant, v.case): v.status for v in run.verdicts}
    assert len(rows) == len(run.verdicts)
    return rows


def run_in(build: Path) -> Run:
    """The only run that a build folder has a report of."""
    [path] = (build / "reports").glob("*/run.json")
    return read_run(path)
