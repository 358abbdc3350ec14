"""Runs the images with the lowest agreement again, for the report's pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onpar.parity.contract.chain import drawn_by
from onpar.parity.report.page.evaluation_pictures import Pictured, pictured, write_pictures
from onpar.pipeline.evaluate.evaluate_job import load
from onpar.pipeline.evaluate.loaded_models import read_photo
from onpar.pipeline.jobs.child import progress


def draw_worst(
    weights: str,
    options: dict[str, Any],
    artifacts: list[tuple[str, str]],
    worst: dict[str, list[tuple[str, str]]],
    key: str,
    out: str,
) -> None:
    """Run each artifact on its `worst` pictures (photo, mask or nothing), and save all in `out`."""
    models = load(weights, options, artifacts)
    total, done = sum(map(len, worst.values())), 0
    made: dict[str, tuple[Pictured, ...]] = {}
    classes = drawn_by(models.model)
    assert classes is not None
    for sha256, pictures in worst.items():
        drawn = []
        for path, mask in pictures:
            photo = read_photo(Path(path), Path(mask) if mask else None, models.model)
            reference = models.reference(photo.pixels)
            got = models.artifact(sha256, photo.pixels)
            drawn.append(
                pictured(
                    photo.name,
                    photo.pixels,
                    photo.truth,
                    reference.classes,
                    got.classes,
                    classes,
                )
            )
            done += 1
            progress(done, total)
        made[sha256] = tuple(drawn)
    write_pictures(Path(out), key, made)
