"""docs/architecture.md says how to extend onpar: one file and one line each. It is done here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

BLOCKS = re.findall(r"```python (\S+)(?: (\w+))?\n(.*?)```", PAGE, flags=re.S)
"""File, table (empty where the block is the whole file), and text of every block of code."""


@pytest.mark.slow
def test_a_format_a_target_and_a_recipe_are_a_file_and_a_line_each(tmp_path: Path) -> None:
    checkout = tmp_path / "onpar"
    for package in ("pipeline", "exporters", "parity"):
        shutil.copytree(
            ROOT / package, checkout / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copytree(ROOT / "onpar", checkout / "onpar", symlinks=True)
    (checkout / "golden").symlink_to(ROOT / "golden")
    assert [table for _, table, _ in BLOCKS] == ["", "FORMATS", "", "TARGETS", "", "RECIPES"]
    for name, table, text in BLOCKS:
        path = checkout / name
        if table:
            assert text.count("\n") == 1
            before, begin, after = path.read_text(encoding="utf-8").partition(f"{table} = {{\n")
            assert begin, f"{name} has no table {table}"
            path.write_text(before + begin + text + after, encoding="utf-8")
        else:
            assert not path.exists()
            path.write_text(text, encoding="utf-8")
    onpar = [sys.executable, "-P", "-m", "onpar", "parity", "--json", "--format", "pt2"]
    model = ["--recipe", "lraspp", "--size", "96x160", "--weights", "seeded:0"]
    done = subprocess.run(
        [*onpar, *model, "--build", str(tmp_path / "build")],
        env={**os.environ, "PYTHONPATH": str(checkout), "CI": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    verdicts = json.loads(done.stdout)["run"]["verdicts"]
    rows = {(v["target"], v["variant"]) for v in verdicts}
    assert ("aten", "pt2-fp32-tensor") in rows
    assert {v["recipe"] for v in verdicts} == {"lraspp"}
    assert all(row["status"] == "PASS" for row in json.loads(done.stdout)["rows"])


def test_the_page_is_one_page() -> None:
    assert len(PAGE.splitlines()) <= 130
