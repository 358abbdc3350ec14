"""`make android-host` builds the host where its sources changed, and an old one never stands for
sources that do not build."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT
from onpar.pipeline.targets.android_host import JAR

HOST = JAR.relative_to(ROOT)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The sources as they lie in a fresh checkout."""
    for name in ("android_app", ".ci"):
        ignored = shutil.ignore_patterns("target")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "Makefile", tmp_path)
    return tmp_path


def make(checkout: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *words],
        cwd=checkout,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.slow
@pytest.mark.usefixtures("java")
def test_it_is_built_once_and_again_where_a_source_changed(checkout: Path) -> None:
    first = make(checkout, "-s", "android-host")
    assert first.returncode == 0, first.stderr
    assert first.stdout == ""
    built = (checkout / HOST).read_bytes()
    assert built == JAR.read_bytes(), "the same sources give the same jar"
    assert make(checkout, "-q", "android-host").returncode == 0
    [source] = (checkout / "android_app").glob("core/src/main/**/Digest.java")
    newer = (checkout / HOST).stat().st_mtime + 5
    os.utime(source, (newer, newer))
    assert make(checkout, "-q", "android-host").returncode == 1
    source.write_text("not Java")
    os.utime(source, (newer, newer))
    parity = make(checkout, "-s", "android-host-or-words")
    assert parity.returncode == 0
    assert "Digest.java" in parity.stderr
    assert parity.stderr.endswith(
        "The rows of android-host will be NOT_RUN: it was not built, see above.\n"
    )
    assert not (checkout / HOST).exists()
    assert make(checkout, "-s", "android-host").returncode == 2


@pytest.mark.usefixtures("java")
def test_what_maven_fetched_is_held_against_the_lock(checkout: Path, tmp_path: Path) -> None:
    """A repository with one file of another content, as a server could give it."""
    lock = (ROOT / "android_app" / "maven.sha256").read_text("utf-8")
    [name] = [line.split()[1] for line in lock.splitlines() if "/gson-" in line]
    wrong = tmp_path / "repository" / name
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(b"another gson")
    done = make(checkout, "-s", "android-host", MAVEN_REPOSITORY=str(tmp_path / "repository"))
    assert done.returncode == 2
    assert f"{name}: FAILED" in done.stderr
    assert "has other files than android_app/maven.sha256 locks" in done.stderr
    assert not (checkout / HOST).exists()


@pytest.mark.slow
@pytest.mark.usefixtures("java")
def test_two_clones_build_at_once_on_one_empty_repository(checkout: Path, tmp_path: Path) -> None:
    """It fetches 150 MB, once."""
    other = tmp_path / "other"
    other.mkdir()
    for name in ("android_app", ".ci", "Makefile"):
        copy = shutil.copytree if (checkout / name).is_dir() else shutil.copy
        copy(checkout / name, other / name)
    environment = {**os.environ, "MAVEN_REPOSITORY": str(tmp_path / "repository")}
    command = ["make", "-s", "android-host"]
    pair = [
        subprocess.Popen(command, cwd=one, env=environment, stderr=subprocess.PIPE, text=True)
        for one in (checkout, other)
    ]
    said = [one.communicate(timeout=1800)[1] for one in pair]
    assert [one.returncode for one in pair] == [0, 0], said
    assert (checkout / HOST).read_bytes() == (other / HOST).read_bytes() == JAR.read_bytes()
