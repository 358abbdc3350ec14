"""What a visitor looks for is there, and is so: the changelog's form, CONTRIBUTING's commands, the
issue templates, and the pre-commit hooks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from onpar.pipeline.paths import ROOT

TEMPLATES = ROOT / ".github" / "ISSUE_TEMPLATE"
FORMS = sorted(path for path in TEMPLATES.glob("*.yml") if path.name != "config.yml")
INPUTS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}
"""GitHub's kinds of elements of an issue form."""


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_the_changelog_has_the_form_of_keep_a_changelog() -> None:
    lines = text("CHANGELOG.md").splitlines()
    assert lines[0] == "# Changelog"
    assert any("keepachangelog.com/en/1.1.0" in line for line in lines)
    versions = [line for line in lines if line.startswith("## ")]
    assert versions[0] == "## [Unreleased]"
    assert all(re.fullmatch(r"## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", one) for one in versions[1:])
    kinds = [line.removeprefix("### ") for line in lines if line.startswith("### ")]
    known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    assert {"Added", "Changed", "Fixed", "Removed"} <= set(kinds) <= set(known)


def test_contributing_fits_a_screen_and_its_make_targets_exist() -> None:
    contributing, makefile = text("CONTRIBUTING.md"), text("Makefile")
    assert len(contributing.splitlines()) <= 50
    named = re.findall(r"`make ([a-z-]+)", contributing)
    assert {"lint", "test", "bless", "readme"} <= set(named)
    for target in named:
        assert re.search(rf"^{target}:", makefile, flags=re.M), target
    for path in re.findall(r"`\.venv/bin/pytest (\S+)`", contributing):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_file_that_they_name_is_there(name: str) -> None:
    said = text(name)
    linked = re.findall(r"\]\((?!https)([^)#]+)\)", said)
    quoted = re.findall(
        r"`((?:parity|pipeline|tests|golden|ios_app|android_app|docs)/[^`*]*)`", said
    )
    assert len(linked + quoted) >= 3
    for path in linked + quoted:
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_has_what_github_requires_and_asks_for_onpar_env(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"] and form["description"]
    asked: dict[str, dict[str, Any]] = {}
    for one in form["body"]:
        assert one["type"] in INPUTS
        assert one["attributes"]["label"]
        assert one["type"] != "dropdown" or len(one["attributes"]["options"]) > 1
        assert re.fullmatch(r"[a-z_-]+", one["id"]) and one["id"] not in asked
        asked[one["id"]] = one
    assert {"command", "env", "run"} <= asked.keys()
    assert asked["env"]["validations"]["required"] is True
    assert "`onpar env`" in asked["env"]["attributes"]["label"]
    assert "run.json" in asked["run"]["attributes"]["label"]


def test_there_is_a_form_for_a_bug_and_one_for_a_wrong_verdict() -> None:
    assert [path.stem for path in FORMS] == ["bug", "wrong_verdict"]
    assert yaml.safe_load((TEMPLATES / "config.yml").read_text("utf-8")) == {
        "blank_issues_enabled": True
    }


def test_the_pre_commit_hooks_run_commands_of_lint_that_exist() -> None:
    [repo] = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert repo["repo"] == "local", "versions come from requirements.lock"
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", text("Makefile"), flags=re.M)
    assert lint
    linting = set(re.findall(r"\$\(BIN\)/([a-z-]+)", lint[1]))
    hooked = set()
    for hook in repo["hooks"]:
        assert hook["id"] and hook["name"] and hook["language"] == "system"
        tool = ROOT / shlex.split(hook["entry"])[0]
        assert tool.parent == ROOT / ".venv" / "bin" and tool.exists()
        hooked.add(tool.name)
    assert hooked == linting


def test_lint_reads_every_conftest_and_mypy_skips_nothing_else_of_the_tests() -> None:
    project = text("pyproject.toml")
    [excluded] = re.findall(r"^exclude = (\[.*\])$", project, flags=re.M)
    patterns = yaml.safe_load(excluded)
    assert patterns == ["^tests/cases/models/", "^tests/user_recipes/", "^tests/.+/conftest.py$"]
    assert "$(BIN)/mypy $(CONFTESTS)" in text("Makefile")
