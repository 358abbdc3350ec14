"""A record from elsewhere that contradicts its evaluation is refused by file and line, not
counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from samples import MODEL, artifact, sha
from test_merge import LABELS, MASK, NAMES, THREE, records

from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.evaluation.expected import Expected, expected_of
from onpar.parity.evaluation.record import Record
from onpar.parity.evaluation.records_file import RecordError, appending, read_records
from onpar.parity.evaluation.tasks.labels import LabelsSeen, compare
from onpar.parity.evaluation.tasks.output import Output

INT8 = sha("int8")

Change = Callable[[dict[str, Any]], object]
"""Of a record as JSON."""


def expected(step: AnyStep) -> Expected:
    shape = (3,) if isinstance(step, TopK) else (6, 8)
    return Expected(step, shape, {sha(name): True for name in NAMES})


def identified(step: AnyStep, truth: bool) -> list[Record]:
    """The records with what identifies the truth of each."""
    found = records(step, truth)
    return [replace(one, truth=_label(one.reference.seen) or one.truth) for one in found]


def _label(seen: object) -> str:
    known = isinstance(seen, LabelsSeen) and seen.truth is not None
    return str(seen.truth) if isinstance(seen, LabelsSeen) and known else ""


def as_json(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(msgspec.json.encode(record))
    return found


def written(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.mark.parametrize("step", [THREE, MASK, LABELS], ids=lambda step: step.kind)
@pytest.mark.parametrize("truth", [True, False])
def test_what_an_evaluation_records_is_accepted(step: AnyStep, truth: bool, tmp_path: Path) -> None:
    made = identified(step, truth)
    with appending(tmp_path / "records-1.jsonl") as append:
        for one in made:
            append(one)
    assert list(read_records([tmp_path / "records-1.jsonl"], expected(step))) == made


def int8(**changed: object) -> Change:
    return lambda line: line["artifacts"][INT8].update(changed)


def seen(**changed: object) -> Change:
    return lambda line: line["artifacts"][INT8]["seen"].update(changed)


def apart(**changed: object) -> Change:
    return lambda line: line["artifacts"][INT8]["apart"].update(changed)


def reference(**changed: object) -> Change:
    return lambda line: line["reference"]["seen"].update(changed)


def first_pair(pair: list[int]) -> Change:
    return lambda line: line["artifacts"][INT8]["seen"]["confusion"].__setitem__(0, pair)


def moved(line: dict[str, Any]) -> None:
    """A pixel of the reference's class 0 becomes one of its class 1."""
    pairs = line["artifacts"][INT8]["seen"]["confusion"]
    pairs[0][2] -= 1
    pairs[-1][2] += 1


def other_artifact(line: dict[str, Any]) -> None:
    line["artifacts"][sha("other")] = line["artifacts"].pop(INT8)


TOP_K = {"step": "top-k", "classes": [1], "margin": 0.0, "truth": None}

CHANGED: dict[str, tuple[AnyStep, Change, str]] = {
    "no artifact": (THREE, lambda line: line.update(artifacts={}), "its artifacts are none, exp"),
    "another artifact": (THREE, other_artifact, f"{sha('other')[:16]}…, expected "),
    "another task": (THREE, int8(seen=TOP_K), "it has labels, expected class maps"),
    "class 300": (THREE, first_pair([300, 0, 5]), "confusion has class 300, expected 0 to 2"),
    "class -1": (THREE, first_pair([0, -1, 5]), "confusion has class -1, expected 0 to 2"),
    "count -5": (THREE, first_pair([0, 0, -5]), "has -5 pixels of two classes, expected 1 or"),
    "count 2^70": (THREE, seen(confusion=[[0, 0, 2**70]]), "424 pixels, expected 48"),
    "no pixels": (MASK, seen(confusion=[]), "confusion has 0 pixels, expected 48"),
    "another reference": (MASK, moved, "not as many pixels of each class as the reference, exp"),
    "reference apart": (MASK, reference(confusion=[[0, 1, 48]]), "reference: confusion has two"),
    "tile 1e308": (THREE, seen(worst_tile=1e308), "worst_tile is 1e+308, expected 0 to 1"),
    "no mask": (THREE, seen(truth=None), "it has no comparison with a mask, expected what"),
    "unknown mask": (THREE, lambda line: line.update(truth=""), "it has a comparison with a mask"),
    "class of a mask": (MASK, seen(truth=[[2, 0, 48]]), "truth has class 2, expected 0 to 1"),
    "another mask": (MASK, seen(truth=[[0, 0, 1]]), "truth has another mask than the reference's"),
    "no classes": (LABELS, seen(classes=[]), "it has 0 classes, expected the first 3"),
    "reference without": (LABELS, reference(classes=[]), "the float reference: it has 0 classes"),
    "class 999": (LABELS, seen(classes=[0, 1, 999]), "has class 999, expected 0 to 3"),
    "class 10^30": (LABELS, seen(classes=[10**30, 1, 2]), "expected 0 to 3"),
    "a class twice": (LABELS, seen(classes=[1, 1, 2]), "has a class twice, expected different"),
    "margin -1": (LABELS, seen(margin=-1.0), "margin is -1 of "),
    "another label": (LABELS, seen(truth=9), "truth is 9, expected "),
    "no label": (LABELS, seen(truth=None), "truth is None, expected "),
    "milliseconds": (LABELS, int8(milliseconds=1e308), "milliseconds is 1e+308, expected 0"),
    "memory": (LABELS, lambda line: line.update(peak_rss_mb=-1.0), "peak_rss_mb is -1, expected"),
    "no distance": (LABELS, int8(apart=None), "it has no distance of scores, `apart`, expected a"),
    "rmse 1e308": (LABELS, apart(rmse=1e308), "rmse is 1e+308, expected 0 to 6.81e+38"),
    "snr_db": (LABELS, apart(snr_db=-1e308), "snr_db is -1e+308, expected -2000 to 2000"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_a_record_that_contradicts_its_evaluation_is_named_by_file_and_line(
    name: str, tmp_path: Path
) -> None:
    step, change, words = CHANGED[name]
    sound, changed, *_ = map(as_json, identified(step, True))
    change(changed)
    path = written(tmp_path / "records-1.jsonl", sound, changed)
    with pytest.raises(RecordError) as refused:
        list(read_records([path], expected(step)))
    said = str(refused.value)
    assert said.startswith(f"{path}: line 2 is not a record of this evaluation (")
    assert words in said
    assert said.endswith("); delete the file, and its images are run again")


def twice(tmp_path: Path, change: Change) -> tuple[list[Path], list[Path]]:
    """An image's record and one that was changed, in one file and in two."""
    first = as_json(identified(LABELS, True)[0])
    second = json.loads(json.dumps(first))
    change(second)
    both = {"records-2.jsonl": first, "records-3.jsonl": second}
    return (
        [written(tmp_path / "records-1.jsonl", first, second)],
        [written(tmp_path / name, line) for name, line in both.items()],
    )


def test_of_two_records_of_an_image_that_differ_in_time_and_rounding_the_first_counts(
    tmp_path: Path,
) -> None:
    def slower(line: dict[str, Any]) -> None:
        line["artifacts"][INT8]["apart"]["rmse"] *= 1 + 2**-50
        line["peak_rss_mb"] += 1
        line["reference"]["milliseconds"] += 1

    for paths in twice(tmp_path, slower):
        assert list(read_records(paths, expected(LABELS))) == identified(LABELS, True)[:1]


def test_two_records_of_an_image_that_show_something_else_are_refused(tmp_path: Path) -> None:
    one, two = twice(tmp_path, apart(rmse=0.125))
    with pytest.raises(RecordError, match=r"1\.jsonl: line 2 shows .* of line 1, .*; delete the f"):
        list(read_records(one, expected(LABELS)))
    said = r"3\.jsonl: line 1 shows .* of line 1 of .*2\.jsonl, .*; delete one of the two f"
    with pytest.raises(RecordError, match=said):
        list(read_records(two, expected(LABELS)))


def test_the_shape_and_whether_there_are_scores_come_from_the_sidecars() -> None:
    given = [artifact(), artifact(io="image", sha256=sha("image"))]
    found = expected_of(given)
    assert (found.step, found.shape) == (MODEL.steps[-1], (3, 4))
    assert found.artifacts == {sha("artifact"): True, sha("image"): False}


def test_labels_that_a_record_could_not_hold_are_not_recorded() -> None:
    scores = np.array([[0.1, 0.5, 0.3, 0.1]], np.float32)
    sound = Output(LABELS.compute([scores]), scores, scores, 1.0)
    for classes, said in (([1, 2, 9], "class 9, expected 0 to 3"), ([1, 1, 2], "a class twice")):
        shown = (np.array(classes, np.int32), sound.shown[1])
        with pytest.raises(ValueError, match=said):
            compare(LABELS, replace(sound, shown=shown), sound, None)
