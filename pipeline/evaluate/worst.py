"""Runs the images where artifacts are furthest from float again, for the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onpar.parity.report.page.evaluated import SHOWN
from onpar.parity.report.page.evaluated.pictured import Pictured, write_pictures
from onpar.parity.report.page.pictures import photo as picture_of
from onpar.pipeline.evaluate.evaluate_job import load
from onpar.pipeline.evaluate.loaded_models import read_photo
from onpar.pipeline.evaluate.pictures import from_argument
from onpar.pipeline.jobs.child import progress


def draw_worst(
    weights: str,
    options: dict[str, Any],
    artifacts: list[tuple[str, str]],
    worst: dict[str, list[dict[str, Any]]],
    key: str,
    out: str,
) -> None:
    """Run each artifact on its `worst` pictures (`Picture.as_argument`), and save all in `out`."""
    models = load(weights, options, artifacts)
    total, done = sum(map(len, worst.values())), 0
    made: dict[str, tuple[Pictured, ...]] = {}
    step = models.last
    for sha256, pictures in worst.items():
        drawn = []
        for given in pictures:
            photo = read_photo(from_argument(given), models.model)
            reference, got = models.reference(photo), models.artifact(sha256, photo)
            name, *_ = photo.identity
            shown = SHOWN[step.kind].evidence(name, photo.truth, reference, got, step)
            drawn.append(Pictured(name, picture_of(photo.pixels, f"Photo {name}"), shown))
            done += 1
            progress(done, total)
        made[sha256] = tuple(drawn)
    write_pictures(Path(out), key, made)
