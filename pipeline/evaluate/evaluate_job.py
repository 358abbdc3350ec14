"""One worker of an evaluation: it runs every model on its share of the photos, and writes a record
for each photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.evaluation.record import (
    Compared,
    Output,
    Record,
    RecordError,
    against,
    appending,
    compare,
)
from onpar.parity.image.decode import ImageError
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.loaded_models import Models, Photo, read_photo
from onpar.pipeline.host import peak_rss_mb
from onpar.pipeline.jobs.child import progress


def evaluate_images(
    weights: str,
    options: dict[str, Any],
    artifacts: list[tuple[str, str]],
    pictures: list[tuple[str, str]],
    records: str,
) -> list[str]:
    """Add a record to the file `records` for each of the `pictures` (photo, mask or nothing), with
    all `artifacts` (path, target). Gives the errors of pictures that have no record: the others are
    completed first, and need not be run again."""
    models = load(weights, options, artifacts)
    wrong = []
    try:
        with appending(Path(records)) as append:
            for index, (path, mask) in enumerate(pictures):
                try:
                    append(record(models, Path(path), Path(mask) if mask else None))
                except (ImageError, OnparError) as error:
                    wrong.append(str(error))
                progress(index + 1, len(pictures))
    except RecordError as error:
        raise OnparError(str(error)) from error
    return wrong


def load(weights: str, options: dict[str, Any], artifacts: Sequence[tuple[str, str]]) -> Models:
    """The models that a job's arguments name."""
    subjects = [(Path(path), target) for path, target in artifacts]
    return Models(Path(weights), RecipeOptions(**options), subjects)


def record(models: Models, path: Path, mask: Path | None) -> Record:
    """Run all models on a photo. Raises ImageError for the photo or the mask, and OnparError for an
    artifact whose output cannot be compared."""
    photo = read_photo(path, mask, models.model)
    reference = models.reference(photo.pixels)
    found: dict[str, Compared] = {}
    for sha256, (artifact, _) in models.artifacts.items():
        got = models.artifact(sha256, photo.pixels)
        found[sha256] = _compared(got, reference, photo, models, f"{path}: {artifact.file}")
    return Record(
        image=photo.name,
        sha256=photo.sha256,
        mask_sha256=photo.mask_sha256,
        truth=against(photo.truth, reference.classes, models.classes),
        milliseconds=reference.milliseconds,
        artifacts=found,
        peak_rss_mb=peak_rss_mb(),
    )


def _compared(got: Output, reference: Output, photo: Photo, models: Models, what: str) -> Compared:
    try:
        return compare(got, reference, photo.truth, models.classes)
    except ValueError as error:
        raise OnparError(f"{what}: {error}; `onpar check` says where it comes from") from error
