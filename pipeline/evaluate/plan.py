"""The plan of an evaluation: what runs where, where the results are stored, and what is done."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.evaluation.expected import Expected, expected_of
from onpar.parity.evaluation.record import Record
from onpar.parity.evaluation.records_file import RecordError, read_records
from onpar.parity.files.atomic import sweep
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.pictures import Identified, find_pictures, identified
from onpar.pipeline.evaluate.subjects import Subject, Weights, find_weights, read_subjects
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import recipe_code
from onpar.pipeline.targets import TARGETS

EVALUATE_JOB = "onpar.pipeline.evaluate.evaluate_job"


@dataclass(frozen=True)
class Wanted:
    """What a user wants evaluated: artifacts, the folder of the photos, and their truth, a folder
    of masks or a folder or CSV of labels, if it is known; with how many workers, 0 for one per
    core."""

    artifacts: Sequence[Path]
    images: Path
    masks: Path | None = None
    labels: Path | None = None
    workers: int = 0


@dataclass(frozen=True)
class Planned:
    """An evaluation: its subjects, pictures and folder, and the `pending` pictures, which have no
    record yet; `masks` is the folder of the masks, if there are any."""

    subjects: tuple[Subject, ...]
    weights: Weights
    pictures: tuple[Identified, ...]
    pending: tuple[Identified, ...]
    folder: Path
    workers: int
    build: Build
    masks: Path | None = None

    def records(self) -> Iterator[Record]:
        """The existing records of its pictures, one of each, in no order. Raises OnparError for a
        file that has a line of something else."""
        wanted = {one.identity for one in self.pictures}
        found = _records(self.folder, _expected(self.subjects))
        return (one for one in found if one.identity in wanted)


def plan_evaluation(wanted: Wanted, build: Build) -> Planned:
    """Check all inputs. Raises OnparError for the first error."""
    subjects = read_subjects(wanted.artifacts)
    first = subjects[0]
    recipe = first.artifact.model.recipe
    found = find_pictures(wanted.images, wanted.masks, wanted.labels, first.last, recipe)
    weights = find_weights(first)
    pictures = [identified(one) for one in found]
    folder = build.evaluations / _key(subjects, weights, wanted, build)[:16]
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    done = {one.identity for one in _records(folder, _expected(subjects))}
    pending = [one for one in pictures if one.identity not in done]
    cores = os.cpu_count() or 1
    return Planned(
        tuple(subjects),
        weights,
        tuple(pictures),
        tuple(pending),
        folder,
        min(wanted.workers or cores, cores, max(1, len(pending))),
        build,
        wanted.masks,
    )


def _key(subjects: Sequence[Subject], weights: Weights, wanted: Wanted, build: Build) -> str:
    targets = [TARGETS[name].module for name in sorted({one.target for one in subjects})]
    folders = (wanted.images, wanted.masks, wanted.labels)
    return key_of(
        artifacts=sorted((one.artifact.sha256, one.artifact.key) for one in subjects),
        weights=(weights.artifact.sha256, weights.artifact.key),
        recipe=subjects[0].artifact.recipe_sha256,
        code=recipe_code(weights.recipe, build, EVALUATE_JOB, *targets),
        threads=1,
        folders=[str(folder.resolve()) if folder else "" for folder in folders],
    )


def _expected(subjects: Sequence[Subject]) -> Expected:
    return expected_of([one.artifact for one in subjects])


def _records(folder: Path, expected: Expected) -> Iterator[Record]:
    try:
        yield from read_records(sorted(folder.glob("records-*.jsonl")), expected)
    except RecordError as error:
        raise OnparError(str(error)) from error
