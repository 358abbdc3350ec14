"""An evaluation that is stopped or killed goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from everyday import few
from here import onpar_here
from processes import children, gone
from test_evaluate import chosen, evaluate, figures

from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS

VARIANTS = ("onnx-fp32-tensor", "onnx-int8-tensor")


@pytest.fixture(scope="module", params=few(14, 40))
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the same photographs under many names."""
    folder = tmp_path_factory.mktemp("many")
    for index in range(request.param):
        path = HELD_OUT_PHOTOS[index % len(HELD_OUT_PHOTOS)]
        os.link(path, folder / f"{index:03}{path.suffix}")
    return folder


@pytest.fixture(scope="module")
def whole(wide_build: Path, many: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build folder of an evaluation of them all that nothing interrupted."""
    build = tmp_path_factory.mktemp("whole")
    assert evaluate(many, *chosen(wide_build, *VARIANTS), "--build", build)["ran"] == count(many)
    return build


def count(images: Path) -> int:
    return len(list(images.iterdir()))


def lines(build: Path) -> list[str]:
    """The whole records so far."""
    found = []
    for path in sorted(build.glob("evaluations/*/records-*.jsonl")):
        found += [line for line in path.read_text().splitlines(keepends=True) if line[-1] == "\n"]
    return found


@contextmanager
def in_the_middle(command: list[str], build: Path) -> Iterator[subprocess.Popen[str]]:
    """`onpar evaluate` once it has recorded a few images, slowly enough to be interrupted."""
    with subprocess.Popen(
        [sys.executable, "-m", "onpar", *command, "--workers", "1", "--build", str(build)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as onpar:
        while len(lines(build)) < 3:
            assert onpar.poll() is None, onpar.communicate()
            time.sleep(0.01)
        yield onpar


def test_killed_in_the_middle_it_goes_on_and_ends_as_if_it_had_not_been(
    wide_build: Path, many: Path, whole: Path, tmp_path: Path
) -> None:
    given = chosen(wide_build, *VARIANTS)
    command = [str(word) for word in ("evaluate", "--images", many, *given)]
    build = tmp_path / "killed"
    with in_the_middle(command, build) as onpar:
        workers = [job for child in children(onpar.pid) for job in children(child)]
        onpar.kill()
    assert workers
    assert all(gone(worker) for worker in workers)
    kept = lines(build)
    assert 3 <= len(kept) < count(many)
    after = onpar_here(*command, "--json", "--build", build)
    assert after.returncode == 0, after.stderr
    said = f"{len(kept)} of {count(many)} images were evaluated before; continuing with the others"
    assert said in after.stderr
    resumed = json.loads(after.stdout)
    assert resumed["ran"] == count(many) - len(kept)
    # What was recorded before stands as it did, and each image has one record.
    everything = lines(build)
    assert set(kept) < set(everything)
    names = [json.loads(line)["image"] for line in everything]
    assert sorted(names) == sorted(path.name for path in many.iterdir())
    assert figures(resumed) == figures(evaluate(many, *given, "--build", whole))


def test_a_worker_takes_no_more_memory_for_more_images(whole: Path) -> None:
    for path in whole.glob("evaluations/*/records-*.jsonl"):
        peaks = [json.loads(line)["peak_rss_mb"] for line in path.read_text().splitlines()]
        assert peaks[-1] <= 1.05 * peaks[4]


def test_ctrl_c_says_how_far_it_is_and_that_it_goes_on(
    wide_build: Path, many: Path, tmp_path: Path
) -> None:
    command = [str(w) for w in ("evaluate", "--images", many, *chosen(wide_build, *VARIANTS))]
    with in_the_middle(command, tmp_path) as onpar:
        os.killpg(onpar.pid, signal.SIGINT)
        _, stderr = onpar.communicate(timeout=30)
    assert onpar.returncode == 130
    assert "Traceback" not in stderr
    assert f"of {count(many)} images are evaluated; run it again to continue" in stderr
