"""A runtime in another environment answers over pipes as one in this process does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.published.answer import published
from onpar.pipeline.targets import lite_interpreter, onnxruntime, torchscript

HERE = Path(sys.executable)
"""This environment stands for another: what it has is known, and nothing need be installed."""

MODULES = {".pt": torchscript, ".ptl": lite_interpreter, ".onnx": onnxruntime, ".ort": onnxruntime}


def artifact_of(build: Path, suffix: str) -> tuple[Path, Artifact]:
    [path] = (build / "artifacts").glob(f"*-fp32-tensor{suffix}")
    return path, read_sidecar(sidecar_path(path))


def photo(artifact: Artifact) -> Mapping[str, np.ndarray]:
    [spec] = artifact.inputs
    return {spec.name: np.random.default_rng(0).random(spec.shape, np.float32)}


@pytest.mark.parametrize("suffix", MODULES)
def test_it_computes_what_the_target_in_this_process_does(wide_build: Path, suffix: str) -> None:
    path, artifact = artifact_of(wide_build, suffix)
    given = photo(artifact)
    here = MODULES[suffix].load(path.read_bytes(), artifact, 1)
    expected = here.run(given)
    with published(HERE, "package", path, path.suffix, artifact, 1) as made:
        for _ in range(2):
            computed = made.loaded.run(given)
            assert computed.keys() == expected.keys()
            for name, value in computed.items():
                np.testing.assert_array_equal(value, expected[name])
        assert made.loaded.runtime_version == here.runtime_version
        assert made.sha256 == artifact.sha256
        assert made.load_ms > 0


def test_a_ptl_for_the_full_interpreter_is_loaded_by_its_torchscript(wide_build: Path) -> None:
    path, artifact = artifact_of(wide_build, ".ptl")
    with published(HERE, "package", path, ".pt", artifact, 1) as made:
        computed = made.loaded.run(photo(artifact))
    expected = torchscript.load(path.read_bytes(), artifact, 1).run(photo(artifact))
    for name, value in computed.items():
        np.testing.assert_array_equal(value, expected[name])


def test_what_the_runtime_says_is_the_error(wide_build: Path, tmp_path: Path) -> None:
    path, artifact = artifact_of(wide_build, ".onnx")
    damaged = tmp_path / "model.onnx"
    damaged.write_bytes(path.read_bytes()[:-100_000])
    with (
        pytest.raises(OnparError, match=r"model\.onnx: .*ONNXRuntimeError"),
        published(HERE, "package", damaged, ".onnx", artifact, 1),
    ):
        pass


def test_other_outputs_than_the_sidecar_names_are_refused(wide_build: Path) -> None:
    path, artifact = artifact_of(wide_build, ".onnx")
    other = replace(artifact, outputs=(replace(artifact.outputs[0], name="scores"),))
    with (
        published(HERE, "package", path, ".onnx", other, 1) as made,
        pytest.raises(OnparError, match="its sidecar names scores"),
    ):
        made.loaded.run(photo(artifact))


def test_a_process_that_dies_is_said_with_its_signal(wide_build: Path) -> None:
    path, artifact = artifact_of(wide_build, ".onnx")
    before = children()
    with published(HERE, "package", path, path.suffix, artifact, 1) as made:
        [mine] = children() - before
        os.kill(mine, 9)
        with pytest.raises(OnparError, match="ended with signal 9"):
            made.loaded.run(photo(artifact))


def test_an_environment_without_the_package_is_said(tmp_path: Path, wide_build: Path) -> None:
    path, artifact = artifact_of(wide_build, ".ptl")
    bare = Path(sys.base_prefix) / "bin" / "python3"
    with (
        pytest.raises(OnparError, match="No module named"),
        published(bare, "package", path, ".ptl", artifact, 1),
    ):
        pass


def children() -> set[int]:
    text = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return set(map(int, text.split()))
