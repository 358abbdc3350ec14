"""Artifacts on a folder of images: run by one worker per core, and summed up from the records.

All files of an evaluation are below `build/evaluations/<key>`: the workers' records, each made only
once, the pictures of the worst images, and the reports.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from onpar import __version__
from onpar.parity.evaluation.cost import Cost, costs
from onpar.parity.evaluation.evaluation import Evaluation, write_evaluation
from onpar.parity.evaluation.figures import evaluation, tally_of
from onpar.parity.report.page.evaluated.page import write_evaluation_html
from onpar.parity.report.page.evaluated.pictured import Pictured, read_pictures
from onpar.pipeline.build_folder.code import code_of
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.plan import EVALUATE_JOB, Planned
from onpar.pipeline.evaluate.subjects import Subject, Weights
from onpar.pipeline.host import now, processor
from onpar.pipeline.jobs.scheduler import Job, Watch, run_job, run_jobs

WORST_JOB = "onpar.pipeline.evaluate.worst"

MEMORY = 1 << 30
"""Memory of a worker, in bytes, in addition to its models."""

MEMORY_FACTOR = 3
"""Memory of a model, including its activations, as a multiple of its file size."""

MAX_SHOWN_ERRORS = 5
"""The number of failed images that an error names."""


@dataclass(frozen=True)
class Evaluated:
    """The figures, the files that show them, how many images were run in this call, and what each
    artifact costs, if that is limited."""

    evaluation: Evaluation
    html: Path
    json: Path
    ran: int
    costs: tuple[Cost, ...] = ()


def evaluate(planned: Planned, watch: Watch, max_drop: float | None = None) -> Evaluated:
    """Run the pending images, and write the figures and the page. `max_drop` is what each artifact
    may cost, in points: of the figure that the truth gives, else of the agreement with float.

    Raises OnparError for images that could not be evaluated, after all others have been; and for a
    limit on the drop against masks that show nothing.
    """
    _run_workers(planned, watch)
    subjects = [(one.target, one.artifact) for one in planned.subjects]
    names = [one.picture.name for one in planned.pictures]
    try:
        done = evaluation(
            tally_of(planned.records(), subjects),
            names,
            subjects,
            onpar=__version__,
            created_at=now(),
            device=processor(),
        )
    except ValueError as error:
        raise OnparError(
            f"{planned.pictures[0].picture.path.parent}: {error}: it was changed meanwhile; run it "
            "again"
        ) from error
    done = replace(done, max_drop=max_drop)
    made = Evaluated(
        done,
        planned.folder / "report.html",
        planned.folder / "evaluation.json",
        len(planned.pending),
        costs(done),
    )
    if max_drop is not None and planned.masks and done.reference.truth is None:
        raise OnparError(
            f"--masks {planned.masks}: no pixel of any mask counts, so --max-drop has no drop to "
            "limit; give masks that show something, or leave out --masks to limit the agreement"
        )
    write_evaluation(made.json, done)
    write_evaluation_html(done, _worst(planned, done, watch), made.html)
    return made


def _run_workers(planned: Planned, watch: Watch) -> None:
    if not planned.pending:
        return
    # NumPy's dot products start threads. The variable is read at the start of the process that the
    # workers are forked from. On 2 cores an image took 0.42 s with these threads, and 0.27 without.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    jobs = [
        Job(
            f"evaluate {number + 1} of {planned.workers}",
            f"{EVALUATE_JOB}:evaluate_images",
            _models(planned.subjects, planned.weights)
            | {
                "pictures": [
                    one.picture.as_argument() for one in planned.pending[number :: planned.workers]
                ],
                "records": str(planned.folder / f"records-{number + 1}.jsonl"),
            },
            1,
            _memory(planned.subjects, planned.weights),
        )
        for number in range(planned.workers)
    ]
    done = run_jobs(jobs, planned.folder / "logs", watch)
    failed = next((one.error for one in done if one.error), "")
    if failed:
        raise OnparError(failed)
    wrong = sorted(text for one in done for text in one.result)
    if wrong:
        count = f"{len(wrong):,} of {len(planned.pictures):,} images could not be evaluated"
        more = (
            f"\n  and {len(wrong) - MAX_SHOWN_ERRORS:,} more"
            if len(wrong) > MAX_SHOWN_ERRORS
            else ""
        )
        lines = "".join(f"\n  {text}" for text in wrong[:MAX_SHOWN_ERRORS])
        raise OnparError(f"{count}; fix or remove them, and run it again:{lines}{more}")


def _worst(planned: Planned, done: Evaluation, watch: Watch) -> dict[str, tuple[Pictured, ...]]:
    """The pictures of the worst images, made now if they are not cached."""
    by_name = {one.picture.name: one for one in planned.pictures}
    worst = {
        one.sha256: [by_name[shown.image] for shown in one.worst]
        for one in done.artifacts
        if one.worst
    }
    if not worst:
        return {}
    identities = {sha256: [one.identity for one in shown] for sha256, shown in worst.items()}
    key = key_of(worst=identities, code=code_of(planned.build).digest(WORST_JOB))
    out = planned.folder / "worst.json"
    kept = read_pictures(out, key)
    if kept is not None:
        return kept
    subjects = [one for one in planned.subjects if one.artifact.sha256 in worst]
    arguments = _models(subjects, planned.weights) | {
        "worst": {
            sha256: [one.picture.as_argument() for one in shown] for sha256, shown in worst.items()
        },
        "key": key,
        "out": str(out),
    }
    call, memory = f"{WORST_JOB}:draw_worst", _memory(subjects, planned.weights)
    run_job(Job("worst images", call, arguments, 1, memory), planned.folder / "logs", watch)
    made = read_pictures(out, key)
    assert made is not None
    return made


def _models(subjects: Sequence[Subject], weights: Weights) -> dict[str, object]:
    return {
        "weights": str(weights.path),
        "options": msgspec.to_builtins(subjects[0].artifact.options),
        "artifacts": [(str(one.path), one.target) for one in subjects],
    }


def _memory(subjects: Sequence[Subject], weights: Weights) -> int:
    files = [weights.artifact.bytes, *(one.artifact.bytes for one in subjects)]
    return MEMORY + MEMORY_FACTOR * sum(files)
