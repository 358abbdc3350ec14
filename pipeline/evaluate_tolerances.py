"""From an evaluation's records to a file of tolerances."""

from __future__ import annotations

from pathlib import Path

from parity.measured import read_tolerances, write_tolerances
from parity.measurement import measure
from parity.tolerance import ToleranceError
from pipeline.errors import OnparError
from pipeline.evaluate_plan import Planned
from pipeline.host import now


def write_measured(path: Path, planned: Planned, command: str) -> None:
    """Add what the artifacts of an evaluation were off by to the file, in place of what it said of
    them. Raises OnparError for too few images, and for a file that holds something else."""
    try:
        measured = [
            measure(planned.records(), one.artifact, command, now()[:10])
            for one in planned.subjects
        ]
        # A device or a pipe is written to; what it holds is not there to be added to.
        known = read_tolerances(path) if path.is_file() else ()
    except ToleranceError as error:
        raise OnparError(f"--tolerances {path}: {error}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    write_tolerances(path, [*known, *measured])
