"""The Android host, built once a session."""

from __future__ import annotations

import subprocess

import pytest
from jvm import APP, Host, Robolectric
from tools import needs


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Built by Maven, with JUnit's tests; what is fetched is kept in Maven's own cache."""
    mvn, java = needs("mvn", "make system"), needs("java", "make system")
    needs("javac", "make system")
    command = [mvn, "-q", "-B", "-f", APP / "pom.xml", "package"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return Host(java, tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="session")
def robolectric(host: Host) -> Robolectric:
    """Built with the host."""
    needs("aapt2", "make system")
    return Robolectric(host.java)
