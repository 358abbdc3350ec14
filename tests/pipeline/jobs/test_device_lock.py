"""Two checkouts on one phone do not end each other's app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from onpar.pipeline.build_folder.device_lock import alone_on
from onpar.pipeline.paths import ROOT

HOLDER = """
from onpar.pipeline.build_folder.device_lock import alone_on
with alone_on("serial of a phone"):
    print("held", flush=True)
    input()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env={"TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_one_waits_for_the_device_and_not_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with holder(tmp_path) as first:
        assert first.stdout and first.stdout.readline() == "held\n"
        with holder(tmp_path) as second:
            assert second.stderr and second.stdout
            said = second.stderr.readline()
            assert said.startswith("onpar: waiting for another onpar that captures on this device")
            with alone_on("serial of another phone"), alone_on(""):
                pass
            first.communicate("go\n", timeout=30)
            assert second.stdout.readline() == "held\n"
            second.communicate("go\n", timeout=30)
