"""From an evaluation's records to a file of tolerances."""

from __future__ import annotations

from pathlib import Path

from onpar.parity.contract.measured import (
    MeasuredTolerance,
    QualityError,
    read_tolerances,
    write_tolerances,
)
from onpar.parity.contract.tolerance import ToleranceError
from onpar.parity.evaluation.measurement import measure
from onpar.pipeline.errors import OnparError, writing
from onpar.pipeline.evaluate.plan import Planned
from onpar.pipeline.host import now


def write_measured(path: Path, planned: Planned, command: str) -> list[str]:
    """Add what the artifacts of an evaluation were off by to the file, in place of what it said of
    them. Gives why that of some artifacts is no tolerance: those of the others are written.

    Raises OnparError for too few images, for a file that holds something else, and for one that
    cannot be written.
    """
    measured: list[MeasuredTolerance] = []
    refused: list[str] = []
    try:
        # A device or a pipe is written to; what it holds is not there to be added to.
        known = read_tolerances(path) if path.is_file() else ()
        for one in planned.subjects:
            try:
                found = measure(planned.records(), one.artifact, command, now()[:10])
                measured.append(found)
            except QualityError as error:
                refused.append(f"--tolerances {path}: {error}")
    except ToleranceError as error:
        raise OnparError(f"--tolerances {path}: {error}") from error
    if measured:
        with writing(f"--tolerances {path}", "a file in a folder that can be written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_tolerances(path, [*known, *measured])
    return refused
