"""An exception that nobody foresaw is one row's status: it ends no run, and costs no other row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from samples import artifact
from small_build import capture, small_build

from onpar.parity.contract.capture import Capture
from onpar.parity.judge.judge import judge
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.check import verdicts as check
from onpar.pipeline.check.row_fault import place


def test_a_row_that_onpar_fails_on_says_so_and_the_others_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = small_build(tmp_path)
    build.captured("a", capture(threads=77))
    build.captured("b")

    def broken(one: Capture, *others: Any) -> Verdict:
        if one.info.threads == 77:
            raise ZeroDivisionError("division by zero")
        return judge(one, *others)

    monkeypatch.setattr(check, "judge", broken)
    said = build.check(build.captures, "--write-json", tmp_path / "run.json")
    assert said.exit_code == 1, said.output
    first, second = json.loads((tmp_path / "run.json").read_bytes())["verdicts"]
    [fault] = first["stages"]
    assert (fault["stage"], fault["status"]) == ("file", "UNREADABLE")
    assert fault["detail"].startswith(f"{build.captures / 'a.safetensors'}: onpar failed on it (")
    assert "ZeroDivisionError: division by zero, at pipeline/check/verdicts.py:" in fault["detail"]
    assert fault["detail"].endswith("bug in onpar: please report it with this file")
    assert (first["target"], first["variant"], first["case"]) == (
        "onnxruntime",
        artifact().variant,
        "dog",
    )
    assert {stage["status"] for stage in second["stages"]} == {"PASS"}


def test_the_place_is_onpars_own_innermost_line(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        check.parse_row(None)  # type: ignore[arg-type]
    except AttributeError as error:
        assert place(error).startswith("pipeline/check/verdicts.py:")
    assert place(ValueError()) == "unknown"
