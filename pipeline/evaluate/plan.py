"""The plan of an evaluation: what runs where, where the results are stored, and what is done."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.evaluation.record import Record, RecordError, read_records
from onpar.parity.files.atomic import sweep
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.inputs import (
    Picture,
    Subject,
    Weights,
    find_pictures,
    find_weights,
    read_subjects,
)
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import recipe_code
from onpar.pipeline.targets import TARGETS

EVALUATE_JOB = "onpar.pipeline.evaluate.evaluate_job"


@dataclass(frozen=True)
class Planned:
    """An evaluation: its subjects, pictures and folder, and the `pending` pictures, which have no
    record yet."""

    subjects: tuple[Subject, ...]
    weights: Weights
    pictures: tuple[Picture, ...]
    pending: tuple[Picture, ...]
    folder: Path
    workers: int
    build: Build

    def records(self) -> Iterator[Record]:
        """The existing records of its pictures, in no order. Raises OnparError for a damaged
        file."""
        wanted = {one.identity for one in self.pictures}
        return (one for one in _records(self.folder) if one.identity in wanted)


def plan_evaluation(
    artifacts: Sequence[Path], images: Path, masks: Path | None, workers: int, build: Build
) -> Planned:
    """Check all inputs. Raises OnparError for the first error."""
    subjects = read_subjects(artifacts)
    weights = find_weights(subjects[0])
    pictures = find_pictures(images, masks)
    folder = build.evaluations / _key(subjects, weights, images, masks, build)[:16]
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    done = {one.identity for one in _records(folder)}
    pending = [one for one in pictures if one.identity not in done]
    cores = os.cpu_count() or 1
    return Planned(
        tuple(subjects),
        weights,
        tuple(pictures),
        tuple(pending),
        folder,
        min(workers or cores, cores, max(1, len(pending))),
        build,
    )


def _key(
    subjects: Sequence[Subject], weights: Weights, images: Path, masks: Path | None, build: Build
) -> str:
    targets = [TARGETS[name].module for name in sorted({one.target for one in subjects})]
    return key_of(
        artifacts=sorted((one.artifact.sha256, one.artifact.key) for one in subjects),
        weights=(weights.artifact.sha256, weights.artifact.key),
        recipe=subjects[0].artifact.recipe_sha256,
        code=recipe_code(weights.recipe, build, EVALUATE_JOB, *targets),
        threads=1,
        folders=[str(folder.resolve()) if folder else "" for folder in (images, masks)],
    )


def _records(folder: Path) -> Iterator[Record]:
    try:
        for path in sorted(folder.glob("records-*.jsonl")):
            yield from read_records(path)
    except RecordError as error:
        raise OnparError(str(error)) from error
