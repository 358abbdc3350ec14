"""A row says where its result hangs on what the runtime's documents leave open."""

from __future__ import annotations

from dataclasses import replace

from samples import info

from onpar.parity.contract.capture import UNDOCUMENTED
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict


def test_a_row_shows_what_its_result_hangs_on() -> None:
    noted = replace(info(), extra={UNDOCUMENTED: "round: a number\nhalfway"})
    stage = StageVerdict("file", Status.VALUE, "x differs.")
    verdict = Verdict("r", "mil", "v", "c", (stage,), info=noted)
    assert verdict.sentence == (
        "x differs. Apple's own result may be another, as its documents leave this open: round: a "
        "number halfway."
    )
    assert replace(verdict, info=None).sentence == "x differs."
