"""What preflight's tests share."""

from __future__ import annotations

import pytest
from libtorch_load import Load, built


@pytest.fixture(scope="session")
def libtorch(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """libtorch 1.13.1 of this machine."""
    return built(tmp_path_factory.mktemp("libtorch"))
