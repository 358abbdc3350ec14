"""A small build that the tests of the Python interface share."""

from __future__ import annotations

from pathlib import Path

import pytest
from builds import Once
from python_calls import OPTIONS, RECIPE

import onpar


@pytest.fixture(scope="session")
def python_build(once: Once) -> Path:
    """What run_parity makes of the sample recipe in ONNX: 10 s. Tests change copies of it."""

    def make(folder: Path) -> None:
        assert onpar.run_parity(RECIPE, **OPTIONS, build=folder).on_par

    return once.made("python", make)
