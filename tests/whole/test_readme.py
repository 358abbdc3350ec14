"""What the README says is so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from builds import Built
from matrix import run_in, unlike_phones

from onpar.exporters import USUAL, VARIANTS
from onpar.parity.judge.status import Status
from onpar.pipeline.cli.recipe_start import START
from onpar.pipeline.cli.tables import filled, formats
from onpar.pipeline.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")

COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.S)
    for line in block.splitlines()
]

ELSEWHERE = {
    "make parity": "test_two_make_parity_at_once_work_from_a_fresh_clone runs it",
    "make system": "changes the machine; .ci/run runs it",
    "make test": "is what runs this test",
}
"""Commands that the run below leaves out, and why."""


def test_the_commands_of_the_readme_work(tmp_path: Path, wide_build: Path) -> None:
    assert ELSEWHERE.keys() < set(COMMANDS)
    assert len(COMMANDS) >= 12
    # The same commands, with their build folder elsewhere: a user's own build stays as it is.
    for link in ("Makefile", ".venv", "pyproject.toml", "requirements.lock"):
        (tmp_path / link).symlink_to(ROOT / link)
    # It has what the tests' own `onpar parity` of the README's model has made, but for a target's
    # captures and the reports.
    for part in ("artifacts", "goldens", "programs", "captures"):
        shutil.copytree(wide_build / part, tmp_path / "build" / part)
    shutil.rmtree(tmp_path / "build" / "captures" / "onnxruntime")
    for command in dict.fromkeys(COMMANDS):
        if command in ELSEWHERE:
            continue
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    assert "On par" in (tmp_path / "build" / "mine" / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_two_make_parity_at_once_work_from_a_fresh_clone(tmp_path: Path) -> None:
    clone = tmp_path / "onpar"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environment = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    started = [
        subprocess.Popen(
            ["make", "parity"],
            cwd=clone,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    for one in started:
        said, _ = one.communicate(timeout=1500)
        assert one.returncode == 0, said
        assert "On par: " in said and "rows pass" in said


@pytest.mark.slow
def test_the_tables_are_those_of_the_code_and_of_a_run(
    wide_build: Path, whole_demo_build: Path, android_built: Built, ios_built: Built
) -> None:
    android_built.check()
    ios_built.check()
    float32, others = run_in(wide_build).verdicts, run_in(whole_demo_build).verdicts
    here = [v for v in float32 if "-fp32-" in v.variant] + [
        v for v in others if "-fp32-" not in v.variant
    ]
    run = replace(run_in(wide_build), verdicts=tuple(here))
    assert but_unlike(filled(README, run)) == but_unlike(README), "run `make readme`"


def test_the_tables_that_need_no_run_are_those_of_the_code(wide_build: Path) -> None:
    """The table of formats is of a run of everything (above)."""
    of_this_run = formats(run_in(wide_build))
    [of_the_readme] = re.findall(r"<!-- formats -->\n(.*?)<!-- end -->", README, flags=re.S)
    assert filled(README, run_in(wide_build)).replace(of_this_run, of_the_readme) == README


def but_unlike(text: str) -> list[str]:
    """Its lines, but for those of a format of which this processor cannot run every file."""
    unlike = tuple(f"| `{VARIANTS[name].format}` " for name in VARIANTS if unlike_phones(name))
    return [line for line in text.splitlines() if not line.startswith(unlike or "\0")]


@pytest.mark.slow
def test_every_variant_is_on_par_on_a_target_here(wide_build: Path, whole_demo_build: Path) -> None:
    verdicts = run_in(wide_build).verdicts + run_in(whole_demo_build).verdicts
    every = {name for name in USUAL if not unlike_phones(name)}
    assert {v.variant for v in verdicts if v.status is Status.PASS} == every


def test_the_recipe_of_the_readme_is_the_one_that_init_writes() -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    assert code == START, "put pipeline/cli/recipe_start.py's START into the README"
    assert len(code.splitlines()) <= 25


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target
