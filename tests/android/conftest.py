"""The Android host, built once a session."""

from __future__ import annotations

import subprocess

import pytest
from jvm import Host, Robolectric
from tools import needs


@pytest.fixture(scope="session")
def host(
    android_host: subprocess.CompletedProcess[str] | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Host:
    """Its command line, and a folder for what is handed over to it."""
    needs("mvn", "make system")
    needs("javac", "make system")
    java = needs("java", "make system")
    assert android_host is not None
    assert android_host.returncode == 0, android_host.stdout + android_host.stderr
    return Host(java, tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="session")
def robolectric(host: Host) -> Robolectric:
    """Built with the host."""
    needs("aapt2", "make system")
    return Robolectric(host.java)
