"""What `onpar preflight` says at the terminal of several runtimes, and of odd files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from onnx_built import model
from test_command import onpar
from torch_scripts import resized


def test_what_is_not_known_of_one_runtime_is_said_of_that_one(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model("Relu", opset=15).SerializeToString())
    done = onpar(path, "--runtime", "onnxruntime@1.24.2", "--runtime", "onnxruntime@1.15.1")
    assert done.returncode == 3, done.stdout
    told = [line for line in done.stdout.splitlines() if line.startswith("Checked in the file")]
    assert len(told) == 1 and told[0].startswith("Checked in the file alone: IR version")
    assert "onnxruntime@1.24.2  loads" in done.stdout
    assert "onnxruntime@1.15.1  not known\n  Not known: which operators" in done.stdout


def test_both_interpreters_of_a_ptl_say_what_they_looked_at(tmp_path: Path) -> None:
    _, bytecode = resized(tmp_path, frozen=True)
    asked = ("--runtime", "pytorch_android@1.13.1", "--runtime", "LibTorch-Lite@1.13.0.1")
    done = onpar(bytecode, *asked)
    assert done.returncode == 0, done.stdout
    assert "Checked in the file alone, for pytorch_android@1.13.1: archive version" in done.stdout
    assert "bytecode" in done.stdout
    assert "(--json names it): LibTorch-Lite@1.13.0.1." in done.stdout


def test_suffixes_and_versions_are_taken_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "MODEL.ONNX"
    path.write_bytes(model("Relu", opset=15).SerializeToString())
    assert onpar(path, "--runtime", "OnnxRuntime@1.24.2").returncode == 0
    done = onpar(path, "--runtime", "CoreML@ios15")
    assert (done.returncode, done.stderr) == (1, "")
    assert "coreml iOS15 does not load onnx" in done.stdout


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.pt")
    done = onpar(tmp_path / "model.pt")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "is a named pipe, expected a regular file" in done.stderr


def test_nothing_is_installed_for_a_format_that_the_runtime_does_not_load(
    wide_build: Path, tmp_path: Path
) -> None:
    [path] = (wide_build / "artifacts").glob("*-fp32-tensor.onnx")
    asked = ("--runtime", "pytorch_android@1.13.1", "--run", "--build", tmp_path / "build")
    done = onpar(path, *asked)
    assert done.returncode == 1
    assert "Not run: pytorch_android 1.13.1 does not load onnx" in done.stdout
    assert not (tmp_path / "build" / "runtimes").exists()


@pytest.mark.slow
def test_core_mls_int8_is_asked_of_the_system_that_the_app_gives_it_to(wide_build: Path) -> None:
    [path] = (wide_build / "artifacts").glob("*-int8-tensor.mlpackage")
    done = onpar(path)
    assert done.returncode == 0, done.stdout
    assert "coreml@iOS17  loads" in done.stdout
    assert "iOS15" not in done.stdout
