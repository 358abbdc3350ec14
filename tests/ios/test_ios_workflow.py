"""The workflow for the iOS app in docs/ is well formed, and this project's own does the same."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise

import pytest
import yaml
from app_workflows import workflows
from builds import RECIPE, WIDE

from onpar.exporters import FORMATS
from onpar.pipeline.paths import ROOT
from onpar.pipeline.targets import TARGETS

WORKFLOWS = workflows("ios")
JOBS = {name: one.job for name, one in WORKFLOWS.items()}
STEPS = {name: one.steps for name, one in WORKFLOWS.items()}
COMMANDS = {one["name"]: one["run"] for one in STEPS["docs"] if "run" in one}

BOTH = pytest.mark.parametrize("name", WORKFLOWS)


@BOTH
def test_it_runs_for_pushes_and_pull_requests_and_may_only_read(name: str) -> None:
    WORKFLOWS[name].check_rights()


@BOTH
def test_every_step_has_a_name_and_either_runs_or_uses_an_action_of_github(name: str) -> None:
    for one in STEPS[name]:
        assert one["name"]
        assert ("run" in one) != ("uses" in one)
        assert one.get("uses", "actions/").startswith("actions/")
        assert "${{" not in one.get("run", "")


def test_both_do_the_same_but_for_where_onpar_lies() -> None:
    """Of the file in docs/, onpar is a folder in the user's repository."""
    folder = JOBS["docs"]["defaults"]["run"]["working-directory"]
    inside = yaml.safe_dump(STEPS["docs"][2:]).replace(f"{folder}/", "")
    assert yaml.safe_load(inside) == STEPS["own"][1:]
    assert STEPS["docs"][1]["name"] == STEPS["own"][0]["name"]
    assert STEPS["docs"][1]["with"]["path"] == folder
    for key in ("runs-on", "timeout-minutes", "env"):
        assert JOBS["docs"][key] == JOBS["own"][key]
    assert JOBS["own"]["env"]["MODEL"] == f"--recipe {RECIPE} --size {WIDE} --weights seeded:0"


def test_it_runs_on_a_mac_and_says_that_it_has_not_run_yet() -> None:
    assert JOBS["own"]["runs-on"].startswith("macos-")
    assert "it has not run yet" in WORKFLOWS["docs"].text.replace("\n# ", " ")


def test_its_cache_is_named_after_files_that_are_there() -> None:
    hashed = [
        name
        for one in STEPS["own"]
        for name in re.findall(r"'([^']+)'", one.get("with", {}).get("key", ""))
    ]
    assert len(hashed) == 2 and all((ROOT / name).exists() for name in hashed)


def test_the_app_is_installed_before_its_simulator_is_judged_in_formats_that_it_takes() -> None:
    install, judged = "Install the app on a simulator", "Export, run and compare"
    names = list(COMMANDS)
    assert names.index(install) < names.index(judged)
    script = COMMANDS[install].split()
    assert script[0] == "bash" and (ROOT / script[1]).exists() and script[2] == "simulator"
    arguments = shlex.split(COMMANDS[judged].partition("ARGS=")[2])[0].split()
    formats = [word for flag, word in pairwise(arguments) if flag == "--format"]
    assert formats and set(formats) <= FORMATS.keys() & set(TARGETS["ios-simulator"].formats)
