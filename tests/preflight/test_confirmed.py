"""What is told of every artifact and every published version that installs here is what happens
when that very version loads it. Slow: each version gets an environment of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import onnx
import pytest
from builds import model_of, onpar
from onnx_built import of
from onnx_models import MODELS
from torch_scripts import BODIES, resized, traced

from onpar.pipeline.jobs.display import display
from onpar.pipeline.paths import Build
from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.published import foreign
from onpar.pipeline.preflight.published.environments import Environment, make, planned
from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.runtimes import chosen

pytestmark = pytest.mark.slow

TORCH = ("pytorch_android@1.13.1", "LibTorch-Lite@1.13.0.1", "pytorch_android@2.1.0")
ONNXRUNTIME = (
    *("onnxruntime@1.16.3", "onnxruntime@1.17.3", "onnxruntime@1.21.1", "onnxruntime@1.24.2"),
    "onnxruntime-android@1.29.0",
)


FORMATS = {
    **{".pt": "torchscript", ".ptl": "ptl", ".onnx": "onnx", ".ort": "ort", ".pte": "pte"},
    **{".mlpackage": "coreml", ".safetensors": ""},
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Environments take 10 GB together: they go at the end."""
    folder = tmp_path_factory.mktemp("published")
    yield Build(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def files(wide_build: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every artifact of a small export, and small files of which many do not load."""
    folder = tmp_path_factory.mktemp("files")
    artifacts = [p for p in (wide_build / "artifacts").iterdir() if p.suffix != ".json"]
    made = [path for name in BODIES for path in traced(name, folder)]
    made += [*resized(folder, frozen=True), *resized(folder, frozen=False)]
    for name, model in {
        **MODELS,
        "nothing known": of([onnx.helper.make_node("W", [], ["y"])]),
    }.items():
        path = folder / f"{name}.onnx"
        path.write_bytes(model.SerializeToString())
        made.append(path)
    return [*artifacts, *made]


def environment(name: str, build: Build) -> Environment:
    """Made by the project's own command, once."""
    made = planned(chosen([name])[0], build)
    with display() as watch:
        make(made, build, watch)
    return made


def pairs(name: str, files: list[Path]) -> Iterator[tuple[Path, str]]:
    """What the runtime is given, with the suffix of what it takes it for."""
    runtime = chosen([name])[0].runtime
    for path in files:
        if FORMATS[path.suffix] in runtime.formats:
            full = path.suffix == ".ptl" and runtime.name == "pytorch_android"
            yield path, ".pt" if full else path.suffix


def loaded(python: Path, given: Sequence[tuple[Path, str]]) -> list[str]:
    """Why the environment's runtime does not load each of the files; empty where it does."""
    program = Path(__file__).with_name("load_all.py")
    asked = []
    for path, suffix in given:
        quantized = "int8" in path.name and suffix in (".pt", ".ptl")
        asked.append((suffix, str(path), "qnnpack" if quantized else ""))
    done = subprocess.run(
        [python, program, Path(foreign.__file__).parent],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    said: list[str] = json.loads(done.stdout.splitlines()[-1])
    return said


@pytest.mark.parametrize("name", [*TORCH, *ONNXRUNTIME])
def test_what_is_told_is_what_that_version_does(name: str, build: Build, files: list[Path]) -> None:
    listed = chosen([name])[0]
    given = list(pairs(name, files))
    told = [judged(path.name, read(path), listed) for path, _ in given]
    said = loaded(environment(name, build).python, given)
    wrong = {
        verdict.file: (verdict.reasons, why)
        for verdict, why in zip(told, said, strict=True)
        if verdict.loads is not (why == "")
    }
    assert wrong == {}
    loads = [verdict.loads for verdict in told]
    assert any(loads) and not all(loads)


@pytest.mark.parametrize(
    ("suffix", "runtime", "package"),
    [
        ("fp32-tensor.ptl", "LibTorch-Lite@1.13.0.1", "torch 1.13.0"),
        ("fp32-tensor.pt", "pytorch_android@1.13.1", "torch 1.13.1"),
        ("fp32-tensor.ort", "onnxruntime@1.24.2", "onnxruntime 1.24.2"),
    ],
)
def test_a_run_with_the_very_version_is_captured_and_on_par(
    wide_build: Path, build: Build, suffix: str, runtime: str, package: str
) -> None:
    path = model_of(wide_build, suffix)
    environment(runtime, build)
    done = onpar("preflight", path, "--runtime", runtime, "--run", "--build", build.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{package} on this machine loaded it and captured" in done.stdout
    folder = done.stdout.rpartition("onpar check ")[2].strip()
    judged_run = onpar("check", folder, "--build", wide_build, "--json")
    assert judged_run.returncode == 0, judged_run.stdout + judged_run.stderr
    verdicts = json.loads(judged_run.stdout)["run"]["verdicts"]
    assert len(verdicts) >= 4
    for one in verdicts:
        assert one["target"] == "pinned-runtime"
        assert one["device"].startswith(package)
        assert one["info"]["artifact_sha256"] == one["artifact"]["sha256"]


def test_an_environment_is_made_once_and_whole(build: Build) -> None:
    made = environment("onnxruntime@1.24.2", build)
    stamp = made.python.lstat().st_mtime_ns
    assert environment("onnxruntime@1.24.2", build).python.lstat().st_mtime_ns == stamp
    (made.folder / "ready").unlink()
    assert environment("onnxruntime@1.24.2", build).python.lstat().st_mtime_ns != stamp
