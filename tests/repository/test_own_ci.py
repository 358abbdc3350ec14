"""This project's own workflow runs `make test` on every Python that the project supports."""

from __future__ import annotations

import re
import shlex
from typing import Any

import yaml

from onpar.pipeline.paths import ROOT

TEXT = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
WORKFLOW = yaml.safe_load(TEXT)
JOBS: dict[str, Any] = WORKFLOW["jobs"]


def commands(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_it_runs_for_pushes_and_pull_requests_and_may_only_read() -> None:
    # YAML 1.1, which pyyaml reads, takes the key `on` for a truth value; GitHub does not.
    assert WORKFLOW[True].keys() == {"push", "pull_request"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "secrets" not in TEXT


def test_linux_runs_make_test_on_every_python_that_pyproject_allows() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    allowed = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', project)
    assert allowed
    first, end = map(int, allowed.groups())
    linux = JOBS["linux"]
    assert linux["strategy"]["matrix"]["python"] == [f"3.{minor}" for minor in range(first, end)]
    assert linux["container"] == "python:${{ matrix.python }}-bookworm"
    assert commands("linux") == ["make system", "make test"]


def test_macos_runs_lint_and_folders_of_tests_that_are_there() -> None:
    lint, tests = commands("macos")
    assert lint == "make lint"
    folders = [word for word in shlex.split(tests) if word.startswith("tests/")]
    assert len(folders) == 4 and all((ROOT / folder).is_dir() for folder in folders)
