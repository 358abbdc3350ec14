"""The tests' own time is tested: a run over its budget fails and names what took longest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from budget import REFERENCE

from onpar.pipeline.paths import ROOT

TESTS = {
    "test_one.py": "import time\ndef test_first(): time.sleep(0.4)\n",
    "test_other.py": "import time\ndef test_second(): time.sleep(0.7)\n",
    "test_late.py": "import time, pytest\n@pytest.mark.slow\ndef test_third(): time.sleep(2)\n",
}


def run(folder: Path, budget: float, *words: str, slower: float = 1) -> tuple[int, str]:
    """The exit code and the summary of these tests with a budget, on a machine whose measurements
    say that it is so many times slower than the reference."""
    for name, text in TESTS.items():
        (folder / name).write_text(text)
    (folder / "conftest.py").write_text(
        f"import budget\nbudget.piece_of_work = lambda: {REFERENCE * slower}\n"
        "pytest_plugins = ['budget']\n"
    )
    (folder / "pyproject.toml").write_text(
        f"[tool.pytest.ini_options]\nseconds_budget = '{budget}'\nmarkers = ['slow: late']\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if "PYTEST" not in name},
            "PYTHONPATH": str(ROOT / "tests" / "support"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("words", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "two"])
def test_over_the_budget_a_run_of_passing_tests_fails_and_names_the_longest_file(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, said = run(tmp_path, 0.9, *words)
    assert "3 passed" in said
    assert code == 1
    assert re.search(r"[12] of the 1 s that seconds_budget in pyproject.toml allows", said)
    first, second = said.partition("These took longest:")[2].strip().splitlines()[:2]
    assert first.endswith("test_other.py") and second.endswith("test_one.py")
    assert "test_late.py" not in said.partition("longest:")[2], "the slow tests do not count"


def test_within_the_budget_it_passes(tmp_path: Path) -> None:
    code, said = run(tmp_path, 30)
    assert code == 0, said
    assert "of the 30 s that seconds_budget in pyproject.toml allows" in said


def test_a_slow_machine_has_longer(tmp_path: Path) -> None:
    code, said = run(tmp_path, 0.9, slower=3)
    assert code == 0, said
    assert "3.0 times as slow as the reference" in said


def test_this_project_has_a_budget_and_its_runs_are_measured(pytestconfig: pytest.Config) -> None:
    assert 600 < float(pytestconfig.getini("seconds_budget")) <= 2600
    assert pytestconfig.pluginmanager.has_plugin("budget-of-seconds")
