"""The workflow for the app in docs/ is well formed, and this project's own does the same."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest
import yaml
from app_workflows import workflows
from builds import RECIPE, WIDE
from jvm import APP
from test_versions import CATALOG

from onpar.pipeline.paths import ROOT

WORKFLOWS = workflows("android")
JOBS = {name: one.job for name, one in WORKFLOWS.items()}
STEPS = {name: one.steps for name, one in WORKFLOWS.items()}
COMMANDS = {one["name"]: one["run"] for one in STEPS["docs"] if "run" in one}

BOTH = pytest.mark.parametrize("name", WORKFLOWS)


@BOTH
def test_it_runs_for_pushes_and_pull_requests_and_may_only_read(name: str) -> None:
    WORKFLOWS[name].check_rights()


@BOTH
def test_every_step_has_a_name_and_either_runs_or_uses_an_action_of_github_or_gradle(
    name: str,
) -> None:
    for one in STEPS[name]:
        assert one["name"]
        assert ("run" in one) != ("uses" in one)
        assert one.get("uses", "actions/").startswith(("actions/", "gradle/actions/"))
        assert "${{" not in one.get("run", "")


def test_both_do_the_same_but_for_where_onpar_lies() -> None:
    """Of the file in docs/, onpar is a folder in the user's repository."""
    folder = JOBS["docs"]["defaults"]["run"]["working-directory"]
    inside = yaml.safe_dump(STEPS["docs"][2:]).replace(f"{folder}/", "")
    assert yaml.safe_load(inside) == STEPS["own"][1:]
    assert [one["name"] for one in STEPS["docs"][:2]][1:] == [STEPS["own"][0]["name"]]
    assert STEPS["docs"][1]["with"]["path"] == folder
    for key in ("runs-on", "timeout-minutes"):
        assert JOBS["docs"][key] == JOBS["own"][key]
    assert JOBS["docs"]["env"]["MODEL"] == JOBS["own"]["env"]["MODEL"]
    assert JOBS["own"]["env"]["MODEL"] == f"--recipe {RECIPE} --size {WIDE} --weights seeded:0"


def test_gradle_and_java_are_those_that_the_catalog_and_the_poms_ask_for() -> None:
    given = {
        one["uses"].split("@")[0]: one.get("with", {}) for one in STEPS["own"] if "uses" in one
    }
    setup = given["gradle/actions/setup-gradle"]
    assert setup["gradle-version"] == CATALOG["versions"]["gradle"]
    # The host's, and the oldest that the Android Gradle plugin runs on.
    java = given["actions/setup-java"]["java-version"]
    host = (APP / "host" / "pom.xml").read_text("utf-8")
    assert f"<maven.compiler.release>{java}</maven.compiler.release>" in host


def test_its_caches_are_named_after_files_that_are_there() -> None:
    hashed = [
        name
        for one in STEPS["own"]
        for name in re.findall(r"'([^']+)'", one.get("with", {}).get("key", ""))
    ]
    assert len(hashed) == 4
    assert all(list(ROOT.glob(name)) for name in hashed)


def test_its_commands_name_what_is_there() -> None:
    for command in COMMANDS.values():
        words = shlex.split(command)
        if words[0] == "make":
            dry = subprocess.run(
                ["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True
            )
            assert dry.returncode == 0, dry.stderr
        elif words[0] == "gradle":
            assert (ROOT / words[words.index("-p") + 1] / "settings.gradle.kts").exists()
        else:
            assert words[0] == ".venv/bin/pytest" and (ROOT / words[-1]).is_dir()
    assert len(COMMANDS) == 5
