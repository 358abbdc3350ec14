"""docs/architecture.md says how to extend onpar: one file and one line each. It is done here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from builds import Built

from onpar.pipeline.paths import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

BLOCKS = re.findall(r"```(?:python|java|cpp) (\S+)(?: (\w+))?\n(.*?)```", PAGE, flags=re.S)
"""File, table (empty where the block is the whole file; `import` for what the line in the table
needs), and text of every block of code."""

BEGINNINGS = {
    ".py": r"^TABLE\b.*= \{\n",
    ".java": r"\bTABLE = new LinkedHashMap<>\(\);\n",
    ".cpp": r"\bTABLE\[\] = \{\n",
}
"""How a table begins, by the file's suffix."""

IMPORTS = {".py": r"^(?=from onpar\.)", ".cpp": r'^#include "step_kinds.h"\n'}
"""Where a line that imports is put."""

RECIPE = """
import torch

from onpar import ModelSpec, Recipe, TensorSpec, photo
from onpar.parity.contract.steps.cap import Cap


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.conv = torch.nn.Conv2d(3, 2, 3, padding=1)

    def forward(self, image):
        return self.conv(image)


def recipe(options):
    h, w = options.height, options.width
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, h, w)),),
            outputs=(TensorSpec("out", (1, 2, h, w)),),
            steps=(*photo("image", h, w), Cap(("out",), ("capped",), 0)),
        ),
        build=Net,
    )
"""


@pytest.fixture
def extended(tmp_path: Path) -> Path:
    """A checkout with every block of the page."""
    checkout = tmp_path / "onpar"
    built = shutil.ignore_patterns("__pycache__", "target", "build")
    for folder in ("pipeline", "exporters", "parity", "android_app", "ios_app", ".ci"):
        shutil.copytree(ROOT / folder, checkout / folder, ignore=built)
    shutil.copytree(ROOT / "onpar", checkout / "onpar", symlinks=True)
    shutil.copy(ROOT / "pyproject.toml", checkout)
    for folder in ("golden", ".venv"):
        (checkout / folder).symlink_to(ROOT / folder)
    for name, table, text in BLOCKS:
        path = checkout / name
        if table:
            assert text.count("\n") == 1
            begins = IMPORTS if table == "import" else BEGINNINGS
            before = path.read_text(encoding="utf-8")
            found = re.search(begins[path.suffix].replace("TABLE", table), before, flags=re.M)
            assert found, f"{name} has no table {table}"
            end = found.end()
            path.write_text(before[:end] + text + before[end:], encoding="utf-8")
        else:
            assert not path.exists()
            path.write_text(text, encoding="utf-8")
    return checkout


def parity(checkout: Path, *words: str) -> list[dict[str, Any]]:
    """The verdicts of the checkout's own `onpar parity`; each that ran passes."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "onpar", "parity", "--json", *words, "--build", "../build"],
        env={**os.environ, "PYTHONPATH": str(checkout), "CI": ""},
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    assert {row["status"] for row in rows} <= {"PASS", "NOT_RUN"}
    verdicts: list[dict[str, Any]] = json.loads(done.stdout)["run"]["verdicts"]
    return verdicts


@pytest.mark.slow
def test_a_format_a_target_and_a_recipe_are_a_file_and_a_line_each(extended: Path) -> None:
    model = ("--recipe", "lraspp", "--size", "96x160", "--weights", "seeded:0")
    verdicts = parity(extended, *model, "--format", "pt2")
    assert ("aten", "pt2-fp32-tensor") in {(v["target"], v["variant"]) for v in verdicts}
    assert {v["recipe"] for v in verdicts} == {"lraspp"}


@pytest.mark.slow
def test_a_kind_of_step_is_a_file_and_a_line_in_python_java_and_cpp(
    extended: Path, android_built: Built, ios_built: Built
) -> None:
    android_built.check()
    ios_built.check()
    for part in (
        ("android", "host", "android_app/host/target/onpar-host.jar"),
        ("ios", "host", "all", "ios_app/build/host/ios_capture"),
    ):
        command = ["bash", f".ci/{part[0]}", *part[1:]]
        done = subprocess.run(command, cwd=extended, capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, done.stdout + done.stderr
    recipe = extended / "capped.py"
    recipe.write_text(RECIPE, "utf-8")
    model = ("--recipe", str(recipe), "--size", "32x48", "--weights", "built")
    verdicts = parity(extended, *model, "--format", "onnx-fp32-tensor")
    targets = {v["target"] for v in verdicts if ["cap", "PASS"] in staged(v)}
    assert targets >= {"pytorch-eager", "onnxruntime", "android-host", "ios-host"}


def staged(verdict: dict[str, Any]) -> list[list[str]]:
    """Stage and status of what was judged."""
    return [[stage["stage"], stage["status"]] for stage in verdict["stages"]]


def test_the_page_is_short() -> None:
    text = re.sub(r"```.*?```", "", PAGE, flags=re.S)
    assert len(text.splitlines()) <= 110
    assert all(len(block.splitlines()) <= 40 for _, _, block in BLOCKS)
