"""The demonstration case: the tutorials' resize is blamed, and the runtime is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from here import onpar_here
from jvm import Robolectric

from bench import scaled_bitmap
from bench.scaled_bitmap import capture, described, innocent, judged
from onpar.parity.judge.status import Status


def test_the_resize_is_to_blame_and_nothing_after_it(
    robolectric: Robolectric,
    wide_build: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def onpar(*words: str | Path, allowed: tuple[int, ...] = (0,)) -> None:
        assert onpar_here(*words).returncode in allowed

    monkeypatch.setattr(scaled_bitmap, "onpar", onpar)
    [model] = (wide_build / "artifacts").glob("*-fp32-tensor.onnx")
    capture(model, tmp_path / "out")
    verdicts = judged(tmp_path / "out", wide_build)
    assert len(verdicts) == 6
    for verdict in verdicts:
        assert verdict.blame
        assert (verdict.blame.stage, verdict.blame.status) == ("resize-image", Status.VALUE)
        assert innocent(verdict)
        assert "pixels change class" in described(verdict)
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "resized" in report
