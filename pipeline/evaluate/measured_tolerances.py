"""From an evaluation's records to a file of tolerances."""

from __future__ import annotations

from pathlib import Path

from onpar.parity.contract.measured import (
    MeasuredTolerance,
    QualityError,
    read_tolerances,
    write_tolerances,
)
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.tolerance import ToleranceError
from onpar.parity.evaluation.measurement import ONLY_CLASS_MAPS, measure
from onpar.pipeline.errors import OnparError, writing
from onpar.pipeline.evaluate.plan import Planned
from onpar.pipeline.host import now


def check_measurable(path: Path, planned: Planned) -> None:
    """Raises OnparError, before any image is run, for a model whose tolerance cannot be
    measured."""
    if not all(isinstance(one.artifact.model.steps[-1], Argmax) for one in planned.subjects):
        raise OnparError(f"--tolerances {path}: {ONLY_CLASS_MAPS}")


def write_measured(path: Path, planned: Planned, command: str) -> list[str]:
    """Add the measured errors of an evaluation's artifacts to the file, replacing earlier entries.
    Gives the reason for each artifact whose errors cannot be a tolerance: the others are written.

    Raises OnparError if there are too few images, or the file has other content or cannot be
    written.
    """
    measured: list[MeasuredTolerance] = []
    refused: list[str] = []
    try:
        # A device or a pipe is written, without adding to its content.
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
