"""The page is written from what is there: missing files, odd tensors and empty runs included."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from present import present
from report_maker import Maker
from report_run import make_run

from onpar.parity.contract.classmap import Agreement
from onpar.parity.contract.seen import Seen
from onpar.parity.judge.run import Run, read_run, write_run
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.page.html import write_html
from onpar.parity.report.page.template import prose


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


def nearly_one_class(seen: Seen) -> Agreement:
    """The figures of a golden that shows little besides one class."""
    return replace(present(seen.agreement), varied=0.1)


def page(run: Run, folder: Path) -> str:
    path = folder / "report.html"
    write_html(run, path)
    return unescape(path.read_text())


def run_of(*verdicts: Verdict) -> Run:
    return Run("0.1.0", "2025-11-21T02:38:07+00:00", verdicts, (), ())


def test_the_page_is_the_same_for_a_run_that_was_stored(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    write_run(tmp_path / "run.json", run)
    assert page(read_run(tmp_path / "run.json"), tmp_path / "a") == page(run, tmp_path / "b")


def test_files_that_are_gone_are_named_and_the_numbers_stay(maker: Maker, tmp_path: Path) -> None:
    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut")
    Path(verdict.capture).unlink()
    Path(verdict.golden).write_bytes(b"no golden")
    text = page(run_of(verdict), tmp_path)
    assert f"The capture cannot be shown. {verdict.capture}: cannot be read" in text
    assert f"The golden cannot be shown. {verdict.golden}: not a whole safetensors file" in text
    assert verdict.sentence in text and "<img" not in text


def test_without_its_capture_a_row_shows_the_golden(maker: Maker, tmp_path: Path) -> None:
    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut")
    Path(verdict.capture).unlink()
    text = page(run_of(verdict), tmp_path)
    assert text.count("<img") == 2 and "as the reference resized it" in text


@pytest.mark.parametrize(
    ("tensor", "change", "note"),
    [
        ("out", lambda t: t[:, :, :, :-1], "out is float32 [1, 5, 48, 63], golden"),
        ("out", lambda t: t.reshape(-1), "out is float32 [15360], golden"),
        ("classmap", lambda t: t.astype(np.float32), "class map cannot be shown: float32 [48, 64]"),
        ("resized", lambda t: t[:, :, 0], "resized is uint8 [48, 64]"),
        ("resized", lambda t: t[:0], "resized is uint8 [0, 64, 3]"),
    ],
)
def test_a_tensor_that_cannot_be_pictured_is_said_to_be_so(
    maker: Maker,
    tmp_path: Path,
    tensor: str,
    change: Callable[[NDArray[Any]], NDArray[Any]],
    note: str,
) -> None:
    def wrong(tensors: dict[str, NDArray[Any]]) -> None:
        tensors["classmap"] = np.zeros((48, 64), np.uint8)
        tensors[tensor] = np.ascontiguousarray(change(tensors[tensor]))

    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut", wrong)
    assert note in page(run_of(verdict), tmp_path)


@pytest.mark.parametrize("absent", ["out", "classmap", "resized"])
def test_an_absent_tensor_is_said_to_be_absent(maker: Maker, tmp_path: Path, absent: str) -> None:
    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut")
    maker.rewrite(verdict, lambda tensors: tensors.__delitem__(absent))
    text = page(run_of(verdict), tmp_path)
    assert "absent" in text and text.count("<img") in (3, 4)


def test_a_class_that_the_model_has_not_is_in_the_legend(maker: Maker, tmp_path: Path) -> None:
    def beyond(tensors: dict[str, NDArray[Any]]) -> None:
        tensors["classmap"] = np.full((48, 64), 200, np.uint8)

    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut", beyond)
    assert "class 200, not the model's" in page(run_of(verdict), tmp_path)


def test_without_its_artifact_a_row_still_shows_its_photo(maker: Maker, tmp_path: Path) -> None:
    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut")
    text = page(run_of(replace(verdict, artifact=None)), tmp_path)
    assert text.count("<img") == 1 and "the artifact is not known here" in text


def test_the_head_of_a_run_that_was_not_all_judged_is_neither_green_nor_red(
    maker: Maker, tmp_path: Path
) -> None:
    rows = [
        maker.row("onnxruntime", maker.artifact("onnx", precision), "astronaut")
        for precision in ("fp32", "int8")
    ]
    for verdicts, tone, title in (
        (rows, "open", "Not all judged"),
        (rows[:1], "good", "On par"),
    ):
        run = run_of(*verdicts)
        text = page(run, tmp_path)
        assert f'<header class="answer {tone}">' in text
        assert f"<title>{title} – onpar</title>" in text
        assert f"<h1>{run.answer}</h1>" in text


def test_an_input_that_could_not_be_judged_is_on_the_page(maker: Maker, tmp_path: Path) -> None:
    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut")
    run = replace(run_of(verdict), problems=("x.json: not UTF-8; export it again",))
    text = page(run, tmp_path)
    assert "<li>x.json: not UTF-8; export it again</li>" in text
    assert '<header class="answer bad">' in text


def test_a_run_of_nothing_has_a_page_that_says_so(tmp_path: Path) -> None:
    text = page(run_of(), tmp_path)
    assert "Nothing was compared, and that is a failure" in text


def test_a_page_of_many_rows_stays_small(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    page(run, tmp_path)
    assert (tmp_path / "report.html").stat().st_size < 200_000


def test_backticks_become_code_and_everything_else_stays_text() -> None:
    assert prose("run `make <x>` & see") == "run <code>make &lt;x&gt;</code> &amp; see"
    assert prose("an odd ` one") == "an odd ` one"


def test_the_row_on_par_that_is_open_is_one_whose_class_map_shows_something(
    maker: Maker, tmp_path: Path
) -> None:
    rows = [maker.row("onnxruntime", maker.artifact("onnx"), c) for c in ("astronaut", "coffee")]
    stages = tuple(
        replace(s, seen=s.seen and replace(s.seen, figure=None, agreement=nearly_one_class(s.seen)))
        for s in rows[0].stages
    )
    plain = replace(rows[0], stages=stages)
    text = page(run_of(plain, rows[1]), tmp_path)
    first, second = text.split('<details class="row good"')[1:3]
    assert not first.startswith(" open") and second.startswith(" open")
    assert page(run_of(plain), tmp_path).count('<details class="row good" open') == 1
