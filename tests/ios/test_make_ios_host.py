"""`make ios-host` fetches what it needs, and an old command never stands for sources that do not
build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from builds import Built

from onpar.pipeline.paths import ROOT
from onpar.pipeline.targets.ios_host import HOST


@pytest.fixture
def checkout(ios_built: Built, tmp_path: Path) -> Path:
    """The sources as they lie in a fresh checkout, and an old command."""
    ios_built.check()
    for name in ("ios_app", ".ci"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("build"))
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "ios_app" / "build" / "host").mkdir(parents=True)
    (tmp_path / HOST.relative_to(ROOT)).write_text("an old one")
    return tmp_path


def make(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """With this environment's onnxruntime, and no environment of the checkout's own."""
    return subprocess.run(
        ["make", "READY=", *words],
        cwd=checkout,
        env={**os.environ, "SITE": sysconfig.get_path("platlib")},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.slow
def test_what_does_not_build_leaves_no_old_command_and_says_where(checkout: Path) -> None:
    (checkout / "ios_app" / "Core" / "fit.cpp").write_text("not C++")
    done = make(checkout, "-s", "ios-host-or-words")
    assert done.returncode == 0
    assert "Core/fit.cpp:1:1: error" in done.stderr + done.stdout
    assert done.stderr.endswith(
        "The rows of ios-host will be NOT_RUN: it was not built, see above.\n"
    )
    assert not (checkout / HOST.relative_to(ROOT)).exists()
    header = checkout / "ios_app/build/onnxruntime/include/onnxruntime/onnxruntime_c_api.h"
    assert "ORT_API_VERSION" in header.read_text("utf-8")
    assert make(checkout, "-s", "ios-host").returncode == 2


def test_without_onnxruntime_it_says_what_to_run(checkout: Path) -> None:
    (checkout / "empty").mkdir()
    done = subprocess.run(
        ["bash", ".ci/ios", "host", "all", "ios_app/build/host/ios_capture"],
        cwd=checkout,
        env={**os.environ, "SITE": str(checkout / "empty")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "no libonnxruntime.so in " in done.stderr
    assert "make .venv/ready" in done.stderr
    assert not (checkout / HOST.relative_to(ROOT)).exists()
