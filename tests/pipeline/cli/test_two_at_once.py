"""Two `onpar parity` on one build folder, killed or not: one works, the other finds it done."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from everyday import few

from onpar.parity.contract.sidecar import read_sidecar
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.paths import ROOT

STREET = ROOT / "tests" / "user_recipes" / "street.py"


def start(build: Path) -> subprocess.Popen[str]:
    """`onpar parity` in one format; without CI, which would require the others too."""
    model = ["--recipe", str(STREET), "--size", "32x48", "--format", "torchscript-fp32-tensor"]
    options = [*model, "--target", "torchscript", "--json", "--build", str(build)]
    return subprocess.Popen(
        [sys.executable, "-m", "onpar", "parity", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "CI"},
    )


def finished(process: subprocess.Popen[str]) -> tuple[dict[str, Any], list[str]]:
    """The run that it judged, and the lines that it wrote to stderr."""
    stdout, stderr = process.communicate(timeout=300)
    assert process.returncode == 0, stdout + stderr
    run: dict[str, Any] = json.loads(stdout)["run"]
    return run, stderr.splitlines()


def assert_whole_and_done(build: Path, run: dict[str, Any]) -> None:
    """Nothing half-written, every artifact with its own sidecar, and nothing left to do."""
    assert [path for path in build.rglob(".*") if path.is_file()] == []
    sidecars = list((build / "artifacts").glob("*.json"))
    assert len(sidecars) == 2
    for path in sidecars:
        assert read_sidecar(path).sha256 == file_digest(path.with_suffix(""))
    assert finished(start(build)) == (run, [])


def test_of_two_started_together_one_does_the_work_and_both_give_its_verdicts(
    tmp_path: Path,
) -> None:
    pair = [start(tmp_path / "build") for _ in range(2)]
    (run, said), (same, said_too) = map(finished, pair)
    assert run == same
    assert {s["status"] for v in run["verdicts"] for s in v["stages"]} == {"PASS"}
    waiter, worker = sorted((said, said_too), key=len)
    [line] = waiter
    assert line.startswith(f"onpar: waiting for another onpar in {tmp_path / 'build'}/ (pid ")
    assert [word for word in worker if "waiting" in word] == []
    assert_whole_and_done(tmp_path / "build", run)


@pytest.mark.parametrize("kills", few(1, 4))
def test_whenever_one_is_killed_the_one_that_waits_takes_over(tmp_path: Path, kills: int) -> None:
    build = tmp_path / "build"
    working = start(build)
    for _ in range(kills):
        follower = start(build)
        time.sleep(random.uniform(0.3, 3))
        working.kill()
        working.communicate()
        working = follower
    run, _ = finished(working)
    assert {s["status"] for v in run["verdicts"] for s in v["stages"]} == {"PASS"}
    assert_whole_and_done(build, run)
