"""docs/quantization.md's example of quantization-aware training runs as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from onpar.pipeline.paths import ROOT

PAGE = (ROOT / "docs" / "quantization.md").read_text(encoding="utf-8")
SECTION = PAGE.split("\n## Quantization-aware training\n")[1].split("\n## ")[0]
FILES = re.findall(r"```python (\S+)\n(.*?)```", SECTION, flags=re.S)
[COMMANDS] = re.findall(r"```sh\n(.*?)```", SECTION, flags=re.S)

MOST_LOST = 3.0
"""Points of top-1 that int8 of the example may lose: three times what it lost at most where the
page's figures were measured, because another machine trains other weights."""


def run(command: str, folder: Path) -> str:
    """What the command prints, as a user's shell runs it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "CI": ""},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_the_example_of_quantization_aware_training_gives_weights_that_onpar_quantizes(
    tmp_path: Path,
) -> None:
    for name, text in FILES:
        (tmp_path / name).write_text(text, "utf-8")
    scenes, training, export, evaluate, parity = COMMANDS.splitlines()
    for command in (scenes, training, export):
        run(command, tmp_path)
    before, after = (load_file(tmp_path / f"{name}.safetensors") for name in ("float", "qat"))
    assert {name: v.shape for name, v in after.items()} == {n: v.shape for n, v in before.items()}
    moved = {name for name, v in after.items() if not torch.equal(v, before[name])}
    assert {name for name in after if "weight" in name or "running" in name} <= moved
    measured = json.loads(run(f"{evaluate} --json", tmp_path))["evaluation"]["artifacts"]
    assert [one["file"].rpartition(".")[2] for one in measured] == ["onnx", "pt", "pte"]
    for one in measured:
        assert one["seen"]["truth"]["drop"] < MOST_LOST, one
    assert "On par" in run(parity, tmp_path)
