"""Every status, in the order that DESIGN fixes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from onpar.parity.judge.status import MEANING, Status, worst

DESIGNED = (
    "UNREADABLE · UNLOADABLE · WRONG_TARGET, WRONG_RECIPE, WRONG_CASE, WRONG_WEIGHTS, "
    "WRONG_ENGINE · "
    "STALE_ARTIFACT, "
    "STALE_GOLDEN · MISSING, EXTRA · SHAPE · DTYPE · NONFINITE · VALUE · NONDETERMINISTIC · "
    "INSENSITIVE, ILL_CONDITIONED · UNJUDGED · NOT_RUN · PASS"
)


def test_the_statuses_are_exactly_the_designed_ones_in_their_order() -> None:
    assert list(Status) == DESIGNED.replace(" · ", ", ").split(", ")


def test_every_status_says_what_it_means() -> None:
    assert MEANING.keys() == set(Status)
    assert all(MEANING.values())


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(Status)))
def test_a_later_status_never_hides_an_earlier_one(earlier: Status, later: Status) -> None:
    assert worst([earlier, later, Status.PASS]) is earlier
    assert worst([Status.PASS, later, earlier]) is earlier


def test_nothing_never_passes() -> None:
    assert worst([]) is Status.UNJUDGED
    assert worst([Status.PASS, Status.PASS]) is Status.PASS
