"""Every target captures today what it captured when the record was made."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import captured_digests
import numpy as np
import pytest
from captured_digests import OutputsNotComparedWarning, assert_as_recorded, read_record, record
from samples import artifact, info

from onpar.parity.contract.capture import Capture, write_capture
from onpar.parity.contract.sidecar import sidecar_text
from onpar.pipeline.paths import ROOT

NAMES = {"decoded": np.uint8, "image": np.float32, "out": np.float32}


def test_every_target_captures_what_it_did(wide_build: Path) -> None:
    assert_as_recorded(wide_build)


def capture(build: Path, target: str, change: str = "") -> None:
    """A capture of the sample whose tensors hold ones; of the one that changes, twos."""
    tensors = {name: np.full(4, 2 if name == change else 1, kind) for name, kind in NAMES.items()}
    path = build / "captures" / target / "sample.onnx" / "dog.safetensors"
    write_capture(path, Capture(replace(info(), target=target), tensors))


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two targets' captures of one artifact, and their record."""
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "sample.onnx.json").write_text(sidecar_text(artifact()))
    monkeypatch.setattr(captured_digests, "RECORDS", tmp_path)
    for target in ("onnxruntime", "ios-host"):
        capture(tmp_path, target)
    [path] = record(tmp_path)
    assert path.name == "sample-3x4-seeded0.sha256"
    assert sorted(read_record(path)[2]) == [
        "*/*/dog/decoded",
        "*/*/dog/image",
        "ios-host/onnx-fp32-tensor/dog/out",
        "onnxruntime/onnx-fp32-tensor/dog/out",
    ]
    assert_as_recorded(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_tensor_is_named(build: Path, name: str) -> None:
    capture(build, "ios-host", name)
    with pytest.raises(AssertionError, match=f"1 of 6 .*'ios-host/onnx-fp32-tensor/dog/{name}'"):
        assert_as_recorded(build)


@pytest.mark.parametrize("name", NAMES)
def test_on_another_processor_only_what_no_runtime_computes_is_compared(
    build: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture(build, "ios-host", name)
    monkeypatch.setattr(captured_digests, "machine", lambda: "a phone")
    with pytest.warns(OutputsNotComparedWarning, match="NOT compared.*this is a phone"):
        if name == "out":
            assert_as_recorded(build)
        else:
            with pytest.raises(AssertionError, match=name):
                assert_as_recorded(build)


def test_a_target_that_the_record_lacks_is_said(build: Path) -> None:
    shutil.rmtree(build / "captures" / "ios-host")
    record(build)
    capture(build, "ios-host", "out")
    with pytest.warns(OutputsNotComparedWarning, match="lacks 1 rows, such as ios-host/"):
        assert_as_recorded(build)


def test_the_records_say_where_and_with_what_they_were_made() -> None:
    records = sorted((ROOT / "tests" / "captured").glob("*.sha256"))
    assert records
    for path in records:
        machine, packages, digests = read_record(path)
        assert "threads" in machine and "onnxruntime" in packages and digests
