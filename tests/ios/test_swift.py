"""The app's Swift, by Debian's Swift: .ci/swift, which see."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT

pytestmark = pytest.mark.slow

APP = ROOT / "ios_app"


def check(checkout: Path) -> subprocess.CompletedProcess[str]:
    root = os.environ.get("ONPAR_SWIFT_ROOT", str(APP / "build" / "swift-root"))
    return subprocess.run(
        ["bash", ".ci/swift"],
        cwd=checkout,
        env={**os.environ, "ONPAR_SWIFT_ROOT": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the check reads, to be changed."""
    for name in (".ci", "ios_app/App", "ios_app/Tests", "ios_app/Bridge"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("tests/ios/apple", "tests/ios/bridge"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(APP / "Package.swift", tmp_path / "ios_app")
    return tmp_path


def test_every_file_is_parsed_checked_and_the_logics_tests_pass() -> None:
    done = check(ROOT)
    assert done.returncode == 0, done.stdout
    tests = {
        f"{path.stem}.{name}"
        for path in (APP / "Tests" / "Logic").glob("*.swift")
        for name in re.findall(r"^    func (test\w+)\(\)", path.read_text("utf-8"), re.MULTILINE)
    }
    passed = re.findall(r"Test Case '(\w+\.\w+)' passed", done.stdout)
    assert set(passed) == tests
    app = len(list((APP / "App").rglob("*.swift")))
    assert f"types checked against tests/ios/apple, not against Apple's own: {app} files" in (
        done.stdout
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        # A file that does not parse, also where only Xcode could build it.
        ("App/Screen/LegendText.swift", "for item in items {", "for item in items", "error:"),
        # A name that is not there, in a file that needs UIKit.
        ("App/Screen/ScreenView.swift", "model.controls", "model.control", "has no member"),
        # A method of Bridge that Swift would call by another name.
        ("Bridge/ONPSession.h", "runtimesForSidecarAt:", "runtimesOfSidecarAt:", "error:"),
        # A test of the logic that does not hold.
        ("App/Logic/Texts.swift", "Captured 1 case.", "Captured one.", "failed"),
    ],
)
def test_what_is_wrong_is_noticed(
    checkout: Path, file: str, old: str, new: str, expected: str
) -> None:
    path = checkout / "ios_app" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    done = check(checkout)
    assert done.returncode != 0
    assert expected in done.stdout
