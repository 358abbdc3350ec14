"""A checkout that nobody may write to: onpar writes below `--build` and nowhere else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import RECIPE
from permissions import bound

from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.paths import ROOT

COMMITTED = ("exporters", "golden", "onpar", "parity", "pipeline")
"""What onpar consists of at run time."""


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A copy of the checkout in which no file and no folder may be written."""
    copy = tmp_path / "checkout"
    for name in COMMITTED:
        unwanted = shutil.ignore_patterns("__pycache__", "*_app")
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", copy)
    everything = [copy, *copy.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    yield copy
    for path in everything:
        path.chmod(path.stat().st_mode | 0o200)


def onpar(checkout: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the checkout's own onpar in it, at home there too, bound by its permissions."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [*bound(), sys.executable, "-P", "-m", "onpar", *map(str, arguments)],
        cwd=checkout,
        env=environment | {"PYTHONPATH": str(checkout), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def content(folder: Path) -> dict[Path, tuple[int, str]]:
    """Every file and folder below, with its time and its digest."""
    return {
        path: (path.stat().st_mtime_ns, file_digest(path) if path.is_file() else "")
        for path in [folder, *folder.rglob("*")]
    }


def test_parity_passes_with_its_build_elsewhere_and_writes_nothing_in_the_checkout(
    checkout: Path, tmp_path: Path
) -> None:
    before = content(checkout)
    env = onpar(checkout, "env", "--json")
    assert json.loads(env.stdout)["checkout"] == str(checkout)
    # A seed without committed statistics, so that they are measured and have to be kept somewhere.
    model = ["--recipe", RECIPE, "--weights", "seeded:1", "--size", "32x48"]
    formats = ["--format", "torchscript-fp32-tensor"]
    done = onpar(checkout, "parity", *model, *formats, "--build", tmp_path / "build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "On par: 12 rows pass." in done.stdout
    assert list((tmp_path / "build" / "statistics").iterdir())
    assert content(checkout) == before


def test_auto_keeps_what_it_found_out_below_build(checkout: Path, tmp_path: Path) -> None:
    before = content(checkout)
    small = ["--recipe", RECIPE, "--offline", "--size", "32x48", "--format", "safetensors-fp32"]
    done = onpar(checkout, "export", *small, "--build", tmp_path / "build")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "build").glob("auto-*.json"))
    assert content(checkout) == before


def test_the_usual_build_folder_is_refused_with_the_way_out(checkout: Path) -> None:
    before = content(checkout)
    done = onpar(checkout, "parity", "--recipe", RECIPE, "--weights", "seeded:0")
    assert done.returncode == 2
    assert done.stderr == (
        "onpar: build: cannot be written (Permission denied); name a folder of your own with "
        "--build DIR\n"
    )
    assert content(checkout) == before
