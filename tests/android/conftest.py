"""The Android app's code on this machine, built once a session."""

from __future__ import annotations

import pytest
from builds import Built
from jvm import Robolectric
from tools import needs


@pytest.fixture(scope="session")
def java(android_built: Built) -> str:
    """The path of the Java that runs what was built."""
    android_built.check()
    return needs("java", "make system")


@pytest.fixture(scope="session")
def robolectric(java: str) -> Robolectric:
    """The app, on this machine's Java."""
    return Robolectric(java)
