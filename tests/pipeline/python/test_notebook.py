"""A call works in a notebook's kernel, and its result shows itself as a table."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from builds import linked
from nbclient import NotebookClient
from python_calls import OPTIONS, RECIPE

from onpar.pipeline.paths import ROOT

CELLS = (
    "import onpar",
    f"done = onpar.run_parity({str(RECIPE)!r}, **{OPTIONS!r})",
    "done",
    "import numpy as np; onpar.compare(np.array([1, 2]), np.array([1, 3]))",
    "onpar.run_parity('absent.py')",
)


def test_results_show_themselves_in_a_notebook(
    python_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(python_build, tmp_path / "build")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    new = nbformat.v4
    notebook = new.new_notebook(  # type: ignore[no-untyped-call]
        cells=[new.new_code_cell(one) for one in CELLS]  # type: ignore[no-untyped-call]
    )
    client = NotebookClient(
        notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute(env=dict(os.environ))
    _, call, result, compared, refused = [cell.outputs for cell in notebook.cells]
    assert [one.get("name") for one in call] == ["stderr"] * len(call), call
    assert result[0].output_type == "execute_result", result
    assert "On par: 4 rows pass" in result[0].data["text/html"]
    assert result[0].data["text/html"].count("<tr>") == 5
    assert "VALUE" in compared[0].data["text/html"]
    assert refused[0].ename == "OnparError"
    assert "recipe='absent.py': no such file" in refused[0].evalue
