"""`.ci/android` with a Maven of a few lines: who waits, what is tried again, what is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT

JAR = "org/example/tool/1/tool-1.jar"

MAVEN = f"""#!/usr/bin/env bash
for word; do case $word in -Dmaven.repo.local=*) kept=${{word#*=}} ;; esac; done
echo run >> "$CALLS"
mkdir "$kept/busy" || exit 1
sleep 0.3
if [ -e "$BREAKS" ]; then
  rm "$BREAKS"; rmdir "$kept/busy"; echo "[ERROR] Could not transfer artifact tool"; exit 1
fi
mkdir -p "$(dirname "$kept/{JAR}")"
printf right > "$kept/{JAR}"
rmdir "$kept/busy"
"""


@pytest.fixture
def checkouts(tmp_path: Path) -> list[Path]:
    """Two, which share a repository and that Maven."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "mvn").write_text(MAVEN)
    (tmp_path / "bin" / "mvn").chmod(0o755)
    made = [tmp_path / "one", tmp_path / "two"]
    for one in made:
        (one / "android_app").mkdir(parents=True)
        (one / "android_app" / "pom.xml").touch()
        lock = f"{sha256(b'right').hexdigest()}  {JAR}\n"
        (one / "android_app" / "maven.sha256").write_text(lock)
        shutil.copytree(ROOT / ".ci", one / ".ci")
    return made


def start(checkout: Path) -> subprocess.Popen[str]:
    base = checkout.parent
    environment = {
        **os.environ,
        "PATH": f"{base / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "MAVEN_REPOSITORY": str(base / "repository"),
        "CALLS": str(base / "calls"),
        "BREAKS": str(base / "breaks"),
    }
    return subprocess.Popen(
        ["bash", str(checkout / ".ci" / "android"), "host", "made"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def calls(base: Path) -> int:
    path = base / "calls"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_two_checkouts_and_two_in_one_never_fetch_at_once(checkouts: list[Path]) -> None:
    one, two = checkouts
    many = [start(checkout) for checkout in (one, two, two)]
    said = [each.communicate(timeout=120)[1] for each in many]
    assert [each.returncode for each in many] == [0, 0, 0], said
    assert calls(one.parent) == 2, "the second in one checkout finds it built"


def test_what_could_not_be_fetched_is_tried_a_second_time(checkouts: list[Path]) -> None:
    base = checkouts[0].parent
    (base / "breaks").touch()
    process = start(checkouts[0])
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert calls(base) == 2


def test_another_file_than_the_locked_one_is_refused_before_anything_runs(
    checkouts: list[Path],
) -> None:
    base = checkouts[0].parent
    wrong = base / "repository" / JAR
    wrong.parent.mkdir(parents=True)
    wrong.write_text("another")
    process = start(checkouts[0])
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert f"{JAR}: FAILED" in said and "delete them, and run it again" in said
    assert calls(base) == 0
    wrong.unlink()
    process = start(checkouts[0])
    assert process.wait(120) == 0, "the remedy works"
