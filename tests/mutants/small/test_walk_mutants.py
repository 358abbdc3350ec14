"""No mutant of a small model passes: each is blamed on its own stage, and its cause is named."""

from __future__ import annotations

import time

import pytest
from answer_mutants import ANSWER_MUTANTS
from image_mutants import IMAGE_MUTANTS
from mutants import MUTANTS
from picture_mutants import PICTURE_MUTANTS
from picture_walks import PICTURE_WALKS
from walk_mutants import WALK_MUTANTS, WalkMutant
from walks import WALKS, Walk

from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import STAGES, Verdict

EVERY_WALK = {**WALKS, **PICTURE_WALKS}
SMALL = (*WALK_MUTANTS, *ANSWER_MUTANTS, *PICTURE_MUTANTS)


def broken(verdict: Verdict) -> set[str]:
    """The stages that did not pass."""
    return {stage.stage for stage in verdict.stages if stage.status is not Status.PASS}


@pytest.mark.parametrize("walk", EVERY_WALK.values(), ids=EVERY_WALK)
def test_the_walk_behind_the_mutants_is_on_par_while_nothing_is_broken(walk: Walk) -> None:
    verdict = walk.judged(walk.capture())
    assert verdict.status is Status.PASS, verdict.sentence
    assert not broken(verdict)


@pytest.mark.parametrize("mutant", SMALL, ids=lambda mutant: mutant.name)
def test_a_mutant_of_a_small_model_is_blamed_where_it_is_broken(mutant: WalkMutant) -> None:
    walk = EVERY_WALK[mutant.walk]
    verdict = walk.judged(mutant.make(walk))
    blame = verdict.blame
    assert blame is not None
    assert (blame.status, blame.stage) == (mutant.status, mutant.stage), verdict.sentence
    assert mutant.says in verdict.sentence
    assert broken(verdict) - {"seen", "quality"} == {mutant.stage, *mutant.also}


def test_there_are_at_least_150_mutants_and_each_has_a_name_of_its_own() -> None:
    every = (*MUTANTS, *IMAGE_MUTANTS, *SMALL)
    names = [one.name for one in every]
    assert len(set(names)) == len(names) >= 150
    assert len(WALK_MUTANTS) >= 60
    # In float32, what is seen differs only where a step is wrong.
    assert {one.stage for one in every} == set(STAGES) - {"seen", "quality"}


def test_a_mutant_of_a_small_model_takes_milliseconds() -> None:
    """Their table must not make the tests slow."""
    mutant = next(one for one in WALK_MUTANTS if one.name == "boxed-top-left")
    walk = WALKS[mutant.walk]
    started = time.process_time()
    walk.judged(mutant.make(walk))
    assert time.process_time() - started < 1
