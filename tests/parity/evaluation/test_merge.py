"""An evaluation in two halves, from two processes or machines, equals the whole, for every task."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from samples import MODEL, artifact, sha

from onpar.parity.contract.chains import class_map, mask
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.evaluation.evaluation import Evaluation
from onpar.parity.evaluation.figures import evaluation, tally_of
from onpar.parity.evaluation.record import Record, ran, ran_reference
from onpar.parity.evaluation.summaries import SUMMARIES
from onpar.parity.evaluation.tally import Tally, merged
from onpar.parity.evaluation.tasks import TASKS
from onpar.parity.evaluation.tasks.output import Output, Truth
from onpar.parity.report.page.evaluated import SHOWN

THREE = class_map("out", ("nothing", "cat", "dog"), ((0, 0, 0), (128, 0, 0), (0, 128, 0)))
MASK = mask("out", 0.5, ("background", "person"))
LABELS = TopK(("out",), ("classes", "values"), 3, ("cat", "dog", "crow", "crane"))

NAMES = ("fp32", "int8")


def drawn(step: AnyStep, rng: np.random.Generator) -> tuple[np.ndarray, Truth]:
    """Scores, and a truth."""
    if isinstance(step, TopK):
        return rng.random((1, 4), np.float32), int(rng.integers(4))
    channels = 1 if step is MASK else 3
    truth = rng.integers(0, 2, (6, 8)).astype(np.uint8)
    return rng.random((1, channels, 6, 8), np.float32), truth


def output(step: AnyStep, scores: np.ndarray) -> Output:
    return Output(tuple(step.compute([scores])), scores, scores, 1.0)


def records(step: AnyStep, truth: bool) -> list[Record]:
    """Of eleven images, of a file that is close to float, and one that is not."""
    rng = np.random.default_rng(0)
    found = []
    for index in range(11):
        scores, true = drawn(step, rng)
        reference = output(step, scores)
        known = true if truth else None
        ran_all = {}
        for name, error in zip(NAMES, (1e-6, 0.3), strict=True):
            other = scores + rng.normal(0, error, scores.shape).astype(np.float32)
            ran_all[sha(name)] = ran(step, output(step, other), reference, known)
        name = f"{index}.png"
        own = ran_reference(step, reference, known)
        found.append(Record(name, sha(name), "known" * truth, own, ran_all, 100.0 + index))
    return found


def subjects(step: AnyStep) -> list[tuple[str, Artifact]]:
    model = replace(MODEL, steps=(*MODEL.steps[:-1], step))
    return [("onnxruntime", artifact(sha256=sha(name), model=model)) for name in NAMES]


def figures(step: AnyStep, found: Tally) -> Evaluation:
    names = [f"{index}.png" for index in range(11)]
    given = {"onpar": "1", "created_at": "now", "device": "a processor"}
    return evaluation(found, names, subjects(step), **given)


@pytest.mark.parametrize("step", [THREE, MASK, LABELS], ids=lambda step: step.kind)
@pytest.mark.parametrize("truth", [True, False])
def test_two_halves_merged_equal_the_whole_in_every_figure(step: AnyStep, truth: bool) -> None:
    made, given = records(step, truth), subjects(step)
    odd, even = (tally_of(made[start::2], given) for start in (1, 0))
    whole = figures(step, tally_of(made, given))
    assert figures(step, merged(odd, even)) == whole
    assert figures(step, merged(even, odd)) == whole
    assert whole.images == 11
    fp32, int8 = whole.artifacts
    assert int8.seen.agreement < fp32.seen.agreement
    assert (int8.seen.truth is not None) == truth
    assert len(int8.worst) >= 2


def test_the_same_image_in_both_halves_is_refused() -> None:
    made, given = records(LABELS, True), subjects(LABELS)
    with pytest.raises(ValueError, match=r"both have 5\.png"):
        merged(tally_of(made[:6], given), tally_of(made[5:], given))


def test_every_task_is_recorded_summed_up_and_shown() -> None:
    assert set(TASKS) == set(SUMMARIES) == set(SHOWN)
