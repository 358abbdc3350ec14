"""The Android app's code on this machine, built once a session."""

from __future__ import annotations

import subprocess

import pytest
from jvm import Host, Robolectric
from tools import needs


@pytest.fixture(scope="session")
def built(android_built: subprocess.CompletedProcess[str] | None) -> str:
    """The path of the Java that runs what was built."""
    for tool in ("mvn", "javac", "aapt2"):
        needs(tool, "make system")
    assert android_built is not None
    assert android_built.returncode == 0, android_built.stdout + android_built.stderr
    return needs("java", "make system")


@pytest.fixture(scope="session")
def host(built: str, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Its command line, and a folder for what is handed over to it."""
    return Host(built, tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="session")
def robolectric(built: str) -> Robolectric:
    """The app, on this machine's Java."""
    return Robolectric(built)
