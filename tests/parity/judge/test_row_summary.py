"""The figures in a row's line, and what is missing for an UNJUDGED row."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from present import present
from report_maker import Maker

from onpar.parity.contract.seen import Seen
from onpar.parity.contract.steps.run import Run as Network
from onpar.parity.judge.metrics import distance
from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict
from onpar.parity.report.missing import missing
from onpar.parity.report.page.html import write_html
from onpar.parity.report.summary import summary

REF = np.linspace(-3, 3, 400, dtype=np.float32)


@pytest.fixture
def row(tmp_path: Path) -> Verdict:
    """int8 of a model without a tolerance, of which a tenth of the scores differ."""

    def off(tensors: dict[str, NDArray[np.float32]]) -> None:
        tensors["out"][0, 0, :, ::10] += 0.01

    maker = Maker(tmp_path)
    return maker.row("onnxruntime", maker.artifact("onnx", "int8"), "astronaut", off)


def output(name: str, got: NDArray[np.float32]) -> StageVerdict:
    return StageVerdict("run", Status.UNJUDGED, name, name, distance(got, REF))


def test_error_and_snr_are_those_of_one_output_the_worst(row: Verdict) -> None:
    """The first has the larger error, the second the lower SNR: its error is everywhere."""
    spike = REF.copy()
    spike[7] += 0.02
    start, end = output("start", spike), output("end", REF + np.float32(0.01))
    for stages in ((start, end), (end, start)):
        shown = summary(replace(row, stages=stages))
        assert (shown.error, shown.snr) == ("0.01", "44.8 dB")


def test_an_unjudged_row_says_what_is_missing_and_blames_nothing(
    row: Verdict, tmp_path: Path
) -> None:
    assert missing(row) == "what its int8 program computes"
    golden = StageVerdict("golden", Status.UNJUDGED, "no golden")
    assert missing(replace(row, stages=(golden,))) == "the golden"
    write_html(Run("0.1.0", "2025-11-21T02:38:07+00:00", (row,), (), ()), tmp_path / "x.html")
    text = unescape((tmp_path / "x.html").read_text(encoding="utf-8"))
    assert "<span>not judged: what its int8 program computes is missing</span>" in text
    assert "to blame" not in text
    known = (
        "How much is allowed is not known, as it is not known what the exported program computes."
    )
    assert f"values. {known}" in " ".join(text.split())


def test_of_values_that_no_error_explains_no_share_is_shown(row: Verdict) -> None:
    artifact = present(row.artifact)
    ends_in_run = replace(artifact, steps=(*artifact.steps[:-1],))
    assert isinstance(ends_in_run.steps[-1], Network)
    seen = StageVerdict("seen", Status.UNJUDGED, "", "out", None, Seen(0.0, "", 9, 9))
    one = replace(row, artifact=ends_in_run, stages=(seen,))
    assert summary(one).seen == "–"
    assert summary(replace(one, artifact=artifact)).seen == "0.000%"


@pytest.mark.parametrize(
    ("differing", "said"),
    [
        (0, "all 9 pixels are as in the golden"),
        (4, "all but 4 of 9 pixels are as in the golden"),
        (5, "5 of 9 pixels differ from the golden"),
    ],
)
def test_if_most_differ_the_sentence_says_how_many_do(differing: int, said: str) -> None:
    assert Seen.said(differing, 9, "pixels") == said
