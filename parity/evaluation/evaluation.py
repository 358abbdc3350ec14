"""The figures of an evaluation: exported files over a set of images, against the float reference.

`onpar.parity.evaluation.tally` computes them from the records; `evaluation.json` holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from onpar.parity.files.atomic import write_text

EVALUATION_FORMAT = "onpar-evaluation/1"

WORST_IMAGES = 6
"""How many images of each artifact are shown."""


@dataclass(frozen=True)
class Spread:
    """A figure over images: mean, sample standard deviation (over n - 1; None for one image), the
    lowest and the highest, and of how many images."""

    mean: float
    sd: float | None
    lowest: float
    highest: float
    images: int


@dataclass(frozen=True)
class Truth:
    """A model's class maps against the masks, over all their pixels together.

    miou          mean of `iou`, as `confusion.truth_miou` computes it
    iou           of every class that occurs in the masks
    drop          the reference's mIoU less this one's, in points (hundredths); 0 for the reference
    drop_interval its bootstrap 95 % interval (onpar.parity.evaluation.bootstrap); None below two
                  images
    """

    miou: float
    iou: dict[int, float]
    drop: float
    drop_interval: tuple[float, float] | None


@dataclass(frozen=True)
class Worst:
    """An image, and the share of its pixels that show the reference's class, 0–1."""

    image: str
    agreement: float


@dataclass(frozen=True)
class Figures:
    """An artifact against the float reference.

    Over all pixels of all images together:

    agreement    share that shows the reference's class, 0–1
    foreground   the same of the pixels where either does not show class 0; None: there are none
    iou          per class that occurs in either class map: |both| / |either|
    miou         mean of `iou`
    max_abs      largest |artifact - reference| of any score, in its unit; None with io image
    truth        against the masks; None where there are none

    Over the images, each counted once:

    agreements, foregrounds, worst_tiles   as above, and `classmap.worst_tile`
    snr_db, rmse    of the scores; None with io image. `snr_db` leaves out the images whose scores
                    are equal, where it is infinite
    milliseconds    median of the runs on one thread
    worst           up to WORST images of lowest agreement, the lowest first; none that agrees fully
    """

    file: str
    sha256: str
    variant: str
    target: str
    agreement: float
    foreground: float | None
    miou: float
    iou: dict[int, float]
    max_abs: float | None
    truth: Truth | None
    agreements: Spread
    foregrounds: Spread | None
    worst_tiles: Spread
    snr_db: Spread | None
    rmse: Spread | None
    milliseconds: float
    worst: tuple[Worst, ...]


@dataclass(frozen=True)
class Evaluation:
    """Artifacts of one model over a set of images. `truth` and `milliseconds` are the reference's,
    eager PyTorch in float32 on one thread; `peak_rss_mb` is the largest of any process."""

    onpar: str
    created_at: str
    recipe: str
    recipe_sha256: str
    weights: str
    weights_sha256: str
    device: str
    images: int
    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    truth: Truth | None
    milliseconds: float
    artifacts: tuple[Figures, ...]
    peak_rss_mb: float
    version: str = EVALUATION_FORMAT


def write_evaluation(path: Path, done: Evaluation) -> None:
    """Write all figures as JSON, whole or not at all."""
    content = msgspec.json.format(msgspec.json.encode(done), indent=1).decode()
    write_text(path, content + "\n", follow_links=False)
