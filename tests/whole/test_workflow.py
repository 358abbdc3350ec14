"""The workflow file in docs/ is well formed, asks for little, and its commands do what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from builds import RECIPE, WIDE, formats_made

from onpar.parity.contract.capture import read_capture, write_capture
from onpar.parity.judge.run import read_run, write_run
from onpar.parity.judge.status import Status
from onpar.pipeline.paths import ROOT

TEXT = (ROOT / "docs" / "github-workflow.yml").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load(TEXT)
JOB: dict[str, Any] = WORKFLOW["jobs"]["parity"]
STEPS: list[dict[str, Any]] = JOB["steps"]
COMMANDS = {step["name"]: step["run"] for step in STEPS if "run" in step}

MODEL = f"--recipe {RECIPE} --size {WIDE} --weights seeded:0"

SOME = f"{MODEL} {' '.join(formats_made())}"
"""As its reader changes it: what the tests' build has."""


def step(action: str) -> dict[str, Any]:
    """The last step that uses an action."""
    return [s for s in STEPS if s.get("uses", "").startswith(f"actions/{action}@")][-1]


def test_it_runs_for_pushes_and_pull_requests_and_may_only_read() -> None:
    # YAML 1.1, which pyyaml reads, takes the key `on` for a truth value; GitHub does not.
    assert WORKFLOW[True].keys() == {"push", "pull_request"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB and "secrets" not in TEXT


def test_every_step_has_a_name_and_either_runs_or_uses_an_action_of_github() -> None:
    for one in STEPS:
        assert one["name"]
        assert ("run" in one) != ("uses" in one)
        assert one.get("uses", "actions/").startswith("actions/")


def test_onpar_is_checked_out_where_its_commands_run() -> None:
    assert step("checkout")["with"]["path"] == JOB["defaults"]["run"]["working-directory"]
    assert not any("working-directory" in one for one in STEPS)


def test_the_environment_is_kept_for_the_very_python_and_packages_it_was_made_of() -> None:
    folder = JOB["defaults"]["run"]["working-directory"]
    cache = step("cache")["with"]
    assert cache["path"] == f"{folder}/.venv"
    hashed = re.findall(rf"'{folder}/([^']+)'", cache["key"])
    assert hashed and all((ROOT / name).exists() for name in hashed)
    python = step("setup-python")
    assert f"steps.{python['id']}.outputs.python-version" in cache["key"]
    assert python["with"]["python-version"] == "3.11"


def test_the_report_is_kept_also_where_a_step_failed() -> None:
    upload = step("upload-artifact")
    assert upload["if"] == "always()" and upload is STEPS[-1]
    assert "onpar/build/reports" in upload["with"]["path"].split()


def test_no_text_of_the_event_is_pasted_into_a_command() -> None:
    for command in COMMANDS.values():
        assert "${{" not in command


def test_its_model_is_one_that_builds_in_seconds() -> None:
    assert JOB["env"]["MODEL"] == MODEL


class Checkout:
    """A runner's workspace: the user's repository, and onpar in it."""

    def __init__(self, folder: Path, build: Path) -> None:
        self.folder = folder
        self.onpar = folder / JOB["defaults"]["run"]["working-directory"]
        self.onpar.mkdir()
        for link in ("Makefile", "pyproject.toml", "requirements.lock"):
            (self.onpar / link).symlink_to(ROOT / link)
        # This test's own environment, as one that is ready: make must not change it.
        (self.onpar / ".venv").mkdir()
        (self.onpar / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
        (self.onpar / ".venv" / "ready").touch()
        shutil.copytree(build, self.onpar / "build")
        self.captures = self.onpar / "build" / "captures"

    def run(self, name: str, **changed: str) -> tuple[int, str, str]:
        """Run a step as GitHub does, with some of the job's variables changed; its exit code, its
        log, and its part of the job summary."""
        summary = self.folder / "summary.md"
        summary.write_text("")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "TORCH_BACKEND"))}
        github = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        done = subprocess.run(
            ["bash", "-e", "-c", COMMANDS[name]],
            cwd=self.onpar,
            env=kept | github | JOB["env"] | changed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout, summary.read_text()


@pytest.fixture
def checkout(wide_build: Path, tmp_path: Path) -> Checkout:
    return Checkout(tmp_path, wide_build)


def test_its_commands_pass_where_all_is_on_par(checkout: Checkout) -> None:
    code, log, summary = checkout.run("Export, run and compare", MODEL=SOME)
    assert code == 0 and "::error" not in log, log
    assert summary.startswith("### ✓ On par")
    [run] = checkout.onpar.glob("build/reports/*/run.json")
    assert {path.name for path in run.parent.iterdir()} == {"report.html", "junit.xml", "run.json"}

    [fp32] = checkout.captures.glob("pytorch-eager/*-fp32-tensor.safetensors")
    shutil.copytree(fp32, checkout.folder / "captures" / fp32.name)
    code, log, summary = checkout.run("Judge captures of your repository")
    assert code == 0, log
    assert summary.startswith("### ✓ On par\\: 6 rows pass")

    shutil.copy(run, checkout.folder / "onpar-baseline.json")
    code, log, summary = checkout.run("Compare with the baseline")
    assert code == 0, log
    assert summary.startswith("### ✓ No row that was on par is lost")


def test_its_commands_fail_where_something_is_not_on_par(checkout: Checkout) -> None:
    code, log, _ = checkout.run("Export, run and compare", MODEL="--recipe no_such_recipe")
    assert code != 0 and "no_such_recipe" in log

    [honest] = checkout.captures.glob("onnxruntime/*-fp32-tensor.onnx/coffee.safetensors")
    capture = read_capture(honest)
    scores = np.array(capture.tensors["out"])
    scores[0, 0, 0, 0] += np.float32(5)
    wrong = replace(capture, tensors={**capture.tensors, "out": scores})
    write_capture(checkout.folder / "captures" / "coffee.safetensors", wrong)
    code, log, summary = checkout.run("Judge captures of your repository")
    assert code == 1, log
    assert "::error title=VALUE at run%3A onnxruntime onnx-fp32-tensor on coffee::" in log
    assert summary.startswith("### ✕ Not on par")

    [path] = checkout.onpar.glob("build/reports/*/run.json")
    shutil.copy(path, checkout.folder / "onpar-baseline.json")
    run = read_run(path)
    gone = next(verdict for verdict in run.verdicts if verdict.status is Status.PASS)
    write_run(path, replace(run, verdicts=tuple(v for v in run.verdicts if v is not gone)))
    code, log, summary = checkout.run("Compare with the baseline")
    assert code == 1, log
    assert f"GONE: {gone.target} {gone.variant} on {gone.case}" in log
    assert summary.startswith("### ✕ Lost since the baseline")


def test_the_runs_above_leave_no_command_out() -> None:
    assert COMMANDS.keys() == {
        "Export, run and compare",
        "Judge captures of your repository",
        "Compare with the baseline",
    }
