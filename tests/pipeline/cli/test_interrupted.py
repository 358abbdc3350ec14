"""An export that is stopped or killed leaves no process behind, and nothing that is half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest
from calls import export, temporaries
from here import onpar_here
from processes import children, gone

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.pipeline.build_folder.keys import file_digest

VARIANT = "torchscript-fp32-tensor"


@contextmanager
def in_the_middle(build: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`onpar export` while its job is writing a file, and the job's process."""
    command = [sys.executable, "-m", "onpar", *map(str, export(build, VARIANT))]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as onpar:
        while not temporaries(build):
            assert onpar.poll() is None
            time.sleep(0.01)
        # The process that was forked from the one that has PyTorch imported.
        [job] = [job for child in children(onpar.pid) for job in children(child)]
        yield onpar, job


def assert_nothing_is_taken_for_whole(build: Path) -> None:
    assert not list(build.rglob("[!.]*.pt"))
    assert not list(build.rglob("[!.]*.pt.json"))


def test_ctrl_c_ends_the_jobs_and_leaves_no_artifact(build: Path) -> None:
    with in_the_middle(build) as (onpar, job):
        os.killpg(onpar.pid, signal.SIGINT)
        _, stderr = onpar.communicate(timeout=30)
    assert onpar.returncode == 130
    assert "Traceback" not in stderr
    assert stderr.splitlines()[-1].startswith("onpar: stopped; what was finished is kept")
    assert gone(job)
    assert_nothing_is_taken_for_whole(build)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 2.0])
def test_ctrl_c_during_the_import_of_pytorch_shows_no_traceback(
    seconds: float, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "onpar", *map(str, export(tmp_path / "build", VARIANT))]
    with subprocess.Popen(
        command, stdout=DEVNULL, stderr=PIPE, text=True, start_new_session=True
    ) as onpar:
        # multiprocessing's resource tracker, and the process that jobs are forked from.
        while len(started := children(onpar.pid)) < 2:
            assert onpar.poll() is None
        time.sleep(seconds)
        os.killpg(onpar.pid, signal.SIGINT)
        _, stderr = onpar.communicate(timeout=30)
    assert onpar.returncode == 130
    assert [line for line in stderr.splitlines() if not line.startswith("onpar: ")] == []
    assert all(map(gone, started))


def test_a_killed_job_is_named_and_leaves_no_artifact(build: Path) -> None:
    with in_the_middle(build) as (onpar, job):
        os.kill(job, signal.SIGKILL)
        _, stderr = onpar.communicate(timeout=30)
    assert onpar.returncode == 1
    assert f"onpar: export {VARIANT}: its process ended with signal 9" in stderr
    assert "Traceback" not in stderr
    assert_nothing_is_taken_for_whole(build)


def test_after_being_killed_it_leaves_no_job_and_the_next_export_clears_up(build: Path) -> None:
    with in_the_middle(build) as (killed, job):
        killed.kill()
    assert gone(job)
    assert_nothing_is_taken_for_whole(build)
    assert temporaries(build)
    done = onpar_here(*export(build, VARIANT))
    assert done.returncode == 0, done.stderr
    assert not temporaries(build)
    [script] = (build / "artifacts").glob("*.pt")
    assert read_sidecar(sidecar_path(script)).sha256 == file_digest(script)
