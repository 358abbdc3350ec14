"""`onpar preflight` as its users call it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from onnx_built import model
from onnx_models import MODELS
from tools import processor_seconds
from torch_scripts import resized

SECONDS = 1.0
"""What a file may take, with the start of Python (issue 8)."""


def onpar(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "onpar", "preflight", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("scripts")
    unfrozen, frozen = resized(folder, frozen=False), resized(folder, frozen=True)
    return {"unfrozen": unfrozen[0], "frozen": frozen[0], "bytecode": frozen[1]}


def test_without_a_runtime_it_asks_those_that_the_apps_pin(scripts: dict[str, Path]) -> None:
    done = onpar(scripts["bytecode"])
    assert (done.returncode, done.stderr) == (0, "")
    assert "LibTorch-Lite@1.13.0.1  loads" in done.stdout
    done = onpar(scripts["frozen"])
    assert "pytorch_android@1.13.1  loads" in done.stdout
    done = onpar(scripts["unfrozen"])
    assert (done.returncode, done.stderr) == (1, "")
    assert "pytorch_android@1.13.1  does not load" in done.stdout
    assert "has no aten::_upsample_lanczos2d_aa" in done.stdout
    assert "torch.jit.freeze(script.eval())" in done.stdout


def test_it_exits_with_one_where_any_of_the_runtimes_does_not_load_it(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model("Relu", opset=22).SerializeToString())
    old, new = "onnxruntime@1.17.3", "onnxruntime-android@1.29.0"
    assert onpar(path, "--runtime", new).returncode == 0
    done = onpar(path, "--runtime", old, "--runtime", new)
    assert done.returncode == 1
    assert "onnxruntime@1.17.3          does not load" in done.stdout
    assert "onnxruntime-android@1.29.0  loads" in done.stdout


def test_a_name_without_a_version_is_all_its_versions(scripts: dict[str, Path]) -> None:
    done = onpar(scripts["frozen"], "--runtime", "pytorch_android")
    lines = [line for line in done.stdout.splitlines() if line.startswith("pytorch_android@")]
    assert len(lines) >= 3
    assert any(line.startswith("pytorch_android@2.1.0") for line in lines)


def test_json_has_every_reason(scripts: dict[str, Path]) -> None:
    done = onpar(scripts["unfrozen"], "--runtime", "pytorch_android@2.1.0", "--json")
    assert done.returncode == 1
    content = json.loads(done.stdout)
    assert content["loads"] is False
    [verdict] = content["verdicts"]
    assert (verdict["runtime"], verdict["version"]) == ("pytorch_android", "2.1.0")
    assert verdict["reasons"][0]["operator"] == "aten::_upsample_lanczos2d_aa"
    assert verdict["source"]


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        ("pytorch_ios", "known: libtorch, pytorch_android"),
        ("onnxruntime@0.1", "known of onnxruntime: 1.15.1"),
    ],
)
def test_an_unknown_runtime_lists_the_known_ones(
    scripts: dict[str, Path], runtime: str, words: str
) -> None:
    done = onpar(scripts["frozen"], "--runtime", runtime)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr


def test_a_format_that_the_runtime_does_not_load_is_said(scripts: dict[str, Path]) -> None:
    done = onpar(scripts["frozen"], "--runtime", "onnxruntime@1.24.2")
    assert done.returncode == 1
    assert "onnxruntime 1.24.2 does not load torchscript: it loads onnx, ort" in done.stdout


def test_what_is_no_artifact_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"x")
    for path in (tmp_path, tmp_path / "photo.png", tmp_path / "absent.onnx"):
        done = onpar(path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_it_needs_no_sidecar_but_a_run_does(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(MODELS["relu"].SerializeToString())
    assert onpar(path).returncode == 0
    done = onpar(path, "--run", "--build", tmp_path / "build")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--run needs the artifact's sidecar" in done.stderr
    assert not (tmp_path / "build" / "runtimes").exists()


def test_core_ml_cannot_be_run_here_and_that_is_said(wide_build: Path, tmp_path: Path) -> None:
    [package] = (wide_build / "artifacts").glob("*-fp32-tensor.mlpackage")
    done = onpar(package, "--run", "--build", tmp_path / "build")
    assert done.returncode == 1
    assert "coreml@iOS15  loads" in done.stdout
    assert "Not run: coreml@iOS15 cannot be run here: Core ML is part of Apple's" in done.stdout


def test_every_artifact_is_told_within_a_second(wide_build: Path, tmp_path: Path) -> None:
    """Of a processor: by a clock other tests would count too. Measured: 0.2 to 0.3 s."""
    suffixes = (".pt", ".ptl", ".onnx", ".ort", ".mlpackage", ".pte")
    for suffix in suffixes:
        [path] = (wide_build / "artifacts").glob(f"*-fp32-tensor{suffix}")
        alone = tmp_path / path.name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, alone)
        # No app pins an ExecuTorch.
        named = ("--runtime", "executorch@1.5.1") if suffix == ".pte" else ()
        assert processor_seconds(partial(onpar, alone, *named)) < SECONDS, suffix
