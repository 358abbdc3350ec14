"""`make clean` removes what was built, and nothing else; after it everything works as before."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT

BUILT = ("build", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
STREET = ROOT / "tests" / "user_recipes" / "street.py"
SMALL = f"--recipe {STREET} --size 32x48 --format safetensors-fp32"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder where make works as in the checkout, with its environment."""
    for link in ("Makefile", ".venv", "pyproject.toml", "requirements.lock"):
        (tmp_path / link).symlink_to(ROOT / link)
    return tmp_path


def make(checkout: Path, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        ["make", *words],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_removes_what_was_built_but_not_the_environment_nor_a_file_of_yours(
    checkout: Path,
) -> None:
    for name in BUILT:
        (checkout / name / "below").mkdir(parents=True)
        (checkout / name / "below" / "file").touch()
    (checkout / "captures-of-my-phone").mkdir()
    kept = names(checkout) - set(BUILT)
    inside = names(checkout / ".venv")
    for _ in range(2):
        make(checkout, "clean")
        assert names(checkout) == kept
        assert names(checkout / ".venv") == inside


@pytest.mark.slow
def test_make_parity_works_after_it(checkout: Path) -> None:
    (checkout / "build" / "artifacts").mkdir(parents=True)
    make(checkout, "clean")
    assert "build" not in names(checkout)
    assert "On par: 4 rows pass." in make(checkout, "parity", f"ARGS={SMALL}")
    assert "build" in names(checkout)
    make(checkout, "clean")
    assert "build" not in names(checkout)
