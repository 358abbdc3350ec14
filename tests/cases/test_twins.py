"""A stale file is blamed on its own recipe, although another recipe's file has the same bytes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from here import onpar_here

TWIN = Path(__file__).parent / "models" / "twin.py"

ONNX = ("--format", "onnx-fp32-tensor")


@pytest.fixture
def twins(tmp_path: Path) -> list[Path]:
    """`a_twin` and `z_twin`: the same module, other names, other cases; both captured."""
    text = TWIN.read_text()
    cases = {"a_twin": '("a", "b")', "z_twin": '("c", "d")'}
    files = []
    for name, own in cases.items():
        files.append(tmp_path / f"{name}.py")
        files[-1].write_text(text.replace('("a", "b")', own))
        said = call("parity", files[-1], tmp_path / "build", *ONNX, "--target", "onnxruntime")
        assert said["exit"] == 0
    return files


def call(command: str, recipe: Path, build: Path, *more: str) -> dict[str, int]:
    """`onpar COMMAND` on the recipe."""
    done = onpar_here(command, "--recipe", recipe, *more, "--build", build)
    assert "Traceback" not in done.stderr
    return {"exit": done.returncode}


def test_a_stale_file_is_blamed_on_its_own_recipe_and_not_on_its_twin(
    twins: list[Path], tmp_path: Path
) -> None:
    _, own = twins
    build = tmp_path / "build"
    old = shutil.copytree(build / "captures" / "onnxruntime", tmp_path / "old")
    own.write_text(own.read_text().replace("SEED, CASES = 0", "SEED, CASES = 1"))
    assert call("export", own, build, *ONNX)["exit"] == 0
    assert call("golden", own, build)["exit"] == 0
    [stale] = old.glob("z_twin*")
    done = onpar_here("check", stale, "--build", build, "--json")
    assert done.returncode == 1
    rows = json.loads(done.stdout)["rows"]
    assert {(row["status"], row["stage"]) for row in rows} == {("WRONG_WEIGHTS", "identity")}
    assert all("z_twin-built-fp32-tensor.onnx" in row["sentence"] for row in rows)
    assert len(rows) == 2
