"""One worker of an evaluation: it runs every model on its share of the photos, and writes a record
for each photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.evaluation.record import Ran, Record, ran, ran_reference
from onpar.parity.evaluation.records_file import RecordError, appending
from onpar.parity.evaluation.tasks.output import Output
from onpar.parity.image.decode import ImageError
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.loaded_models import Models, Photo, read_photo
from onpar.pipeline.evaluate.pictures import Picture, from_argument
from onpar.pipeline.host import peak_rss_mb
from onpar.pipeline.jobs.child import progress


def evaluate_images(
    weights: str,
    options: dict[str, Any],
    artifacts: list[tuple[str, str]],
    pictures: list[dict[str, Any]],
    records: str,
) -> list[str]:
    """Add a record to the file `records` for each of the `pictures` (`Picture.as_argument`), with
    all `artifacts` (path, target). Gives the errors of pictures that have no record: the others are
    completed first, and need not be run again."""
    models = load(weights, options, artifacts)
    wrong = []
    try:
        with appending(Path(records)) as append:
            for index, given in enumerate(pictures):
                try:
                    append(record(models, from_argument(given)))
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


def record(models: Models, picture: Picture) -> Record:
    """Run all models on a photo. Raises ImageError for the photo or the mask, and OnparError for an
    artifact whose output cannot be compared."""
    photo = read_photo(picture, models.model)
    reference = models.reference(photo)
    found: dict[str, Ran] = {}
    for sha256, (artifact, _) in models.artifacts.items():
        got = models.artifact(sha256, photo)
        found[sha256] = _ran(got, reference, photo, models, f"{picture.path}: {artifact.file}")
    image, digest, truth = photo.identity
    return Record(
        image=image,
        sha256=digest,
        truth=truth,
        reference=ran_reference(models.last, reference, photo.truth),
        artifacts=found,
        peak_rss_mb=peak_rss_mb(),
    )


def _ran(got: Output, reference: Output, photo: Photo, models: Models, what: str) -> Ran:
    try:
        return ran(models.last, got, reference, photo.truth)
    except ValueError as error:
        raise OnparError(f"{what}: {error}; `onpar check` says where it comes from") from error
