"""The figures of an evaluation: exported files over a set of images, against the float reference.

`onpar.parity.evaluation.figures` computes them from the records; `evaluation.json` holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from onpar.parity.evaluation.spread import Spread, Worst
from onpar.parity.evaluation.summaries import AnyFigures, AnyReference
from onpar.parity.files.atomic import write_text
from onpar.parity.files.format_version import other_version
from onpar.parity.files.json_file import JsonError, read_json

EVALUATION_FORMAT = "onpar-evaluation/2"

AGAIN = "evaluate again with `onpar evaluate`"


class EvaluationError(ValueError):
    """A file that is not an evaluation; the message says what to do next."""


@dataclass(frozen=True)
class Figures:
    """An artifact against the float reference.

    max_abs      largest |artifact - reference| of any score of any image, in its unit; None with io
                 image
    snr_db, rmse    of the scores, over the images, each counted once; None with io image. `snr_db`
                    leaves out the images whose scores are equal, where it is infinite
    milliseconds    median of the runs on one thread
    seen            what it showed: the figures of the task
    worst           up to WORST_IMAGES images where it is furthest from the reference, the worst
                    first; none that agrees fully
    """

    file: str
    sha256: str
    variant: str
    target: str
    max_abs: float | None
    snr_db: Spread | None
    rmse: Spread | None
    milliseconds: float
    seen: AnyFigures
    worst: tuple[Worst, ...]


@dataclass(frozen=True)
class Evaluation:
    """Artifacts of one model over a set of images. `reference` and `milliseconds` are the
    reference's, eager PyTorch in float32 on one thread; `peak_rss_mb` is the largest of any
    process. `seen` of each artifact and `reference` are of one task, named in them by `step`: the
    kind of the last step of the model's chain. `max_drop` is what each artifact may cost, in points
    (onpar.parity.evaluation.cost); None: nothing is limited."""

    onpar: str
    created_at: str
    recipe: str
    recipe_sha256: str
    weights: str
    weights_sha256: str
    device: str
    images: int
    reference: AnyReference
    milliseconds: float
    artifacts: tuple[Figures, ...]
    peak_rss_mb: float
    max_drop: float | None = None
    version: str = EVALUATION_FORMAT


@dataclass(frozen=True)
class _Version:
    version: str


def write_evaluation(path: Path, done: Evaluation) -> None:
    """Write all figures as JSON, whole or not at all."""
    content = msgspec.json.format(msgspec.json.encode(done), indent=1).decode()
    write_text(path, content + "\n", follow_links=False)


def read_evaluation(path: Path) -> Evaluation:
    """Read such a file. Raises EvaluationError if it is not one, or is of another version."""
    try:
        version = read_json(path, _Version).version
        if version != EVALUATION_FORMAT:
            said = other_version(version, EVALUATION_FORMAT, AGAIN)
            raise EvaluationError(f"{path}: {said}")
        return read_json(path, Evaluation)
    except JsonError as error:
        raise EvaluationError(f"{path}: is not an evaluation ({error}); {AGAIN}") from error
