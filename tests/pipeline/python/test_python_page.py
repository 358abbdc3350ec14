"""The examples of docs/python.md run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

from python_calls import python

from onpar.pipeline.paths import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")
SCRIPT, ARRAYS, TEST = re.findall(r"```python\n(.*?)```", PAGE, re.S)


def test_the_examples_run_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "test_mine.py").write_text(TEST)
    started = python("-m", "onpar", "recipes", "--init", "my_recipe.py", cwd=tmp_path)
    assert started.returncode == 0, started.stderr
    done = python("script.py", cwd=tmp_path)
    said = done.stdout.splitlines()
    report = tmp_path / "build" / "reports" / "my_recipe-96x96-built" / "report.html"
    assert f"Report: {report.as_uri()}" in said, done.stdout + done.stderr
    assert said[-1] == f"True 0 {report.relative_to(tmp_path)}"
    tested = python("-m", "pytest", "-q", "test_mine.py", cwd=tmp_path)
    assert "1 passed" in tested.stdout, tested.stdout


def test_the_example_of_two_arrays_prints_what_the_page_says(tmp_path: Path) -> None:
    done = python("-c", ARRAYS, cwd=tmp_path)
    assert done.stdout.startswith("VALUE array: "), done.stderr
    assert "Cause: a sigmoid was applied." in done.stdout
    assert done.stdout.splitlines()[-1].startswith("VALUE a sigmoid was applied ")


def test_the_readme_links_the_page() -> None:
    assert "[docs/python.md](docs/python.md)" in (ROOT / "README.md").read_text("utf-8")
