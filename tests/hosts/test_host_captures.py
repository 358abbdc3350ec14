"""What the host captures of real artifacts: judged on par, and equal to Python's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builds import linked, model_of
from here import onpar_here
from hosts import Host
from preps import prep_of
from safetensors import safe_open
from samples import returned

from onpar.parity.contract.capture import digest, read_capture
from onpar.parity.contract.classmap import argmax, probe_classes
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.image.decode import decode
from onpar.parity.image.fit import fit, normalise
from onpar.parity.judge.run import read_run
from onpar.parity.judge.status import Status
from onpar.pipeline.paths import ANDROID, PHOTOS, SCENES

CASES = {path.stem: path for path in (*PHOTOS, *SCENES)}


@pytest.fixture(scope="module")
def builds(wide_build: Path, demo_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The float32 files of seeded weights, and the int8 files of the demo weights."""
    build = linked(wide_build, tmp_path_factory.mktemp("hosts"))
    for part in ("artifacts", "goldens", "programs"):
        for path in (demo_build / part).iterdir():
            if path.is_dir():
                shutil.copytree(
                    path, build / part / path.name, copy_function=os.link, dirs_exist_ok=True
                )
            elif not (build / part / path.name).exists():
                (build / part / path.name).symlink_to(path)
    return build


def captured(host: Host, model: Path, out: Path, *more: str) -> Path:
    """A folder with a capture of every case of the model."""
    for case in read_sidecar(sidecar_path(model)).cases:
        done = host.capture(model, CASES[case.name], out / f"{case.name}.safetensors", *more)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stderr
    return out


def captured_at_once(host: Host, model: Path, out: Path, *more: str) -> Path:
    """The same, by one start of the host."""
    words: list[str | Path] = ["--model", model, *more]
    for case in read_sidecar(sidecar_path(model)).cases:
        written = out / f"{case.name}.safetensors"
        words += ["--image", CASES[case.name], "--case", case.name, "--out", written]
    done = host.run(*words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stderr
    return out


@pytest.fixture(scope="module")
def tensor_captures(host: Host, builds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = model_of(builds, "seeded0-fp32-tensor.onnx")
    return captured(host, model, tmp_path_factory.mktemp("tensor"), "--threads", "1")


def on_par(host: Host, build: Path, folder: Path) -> None:
    written = folder / "run.json"
    done = onpar_here("check", folder, "--build", build, "--write-json", written)
    assert done.returncode == 0, done.stdout + done.stderr
    verdicts = read_run(written).verdicts
    assert {one.case for one in verdicts} == set(CASES)
    assert {(one.target, one.status) for one in verdicts} == {(host.target, Status.PASS)}


def test_float32_is_on_par(host: Host, tensor_captures: Path, builds: Path) -> None:
    on_par(host, builds, tensor_captures)


@pytest.mark.parametrize(
    "name", ["seeded0-fp32-image.onnx", "seeded0-fp32-tensor.ort", "demo-int8-tensor.onnx"]
)
def test_the_other_onnx_files_are_on_par(
    host: Host, builds: Path, tmp_path: Path, name: str
) -> None:
    on_par(host, builds, captured_at_once(host, model_of(builds, name), tmp_path))


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: photo.stem)
def test_every_stage_but_the_model_is_pythons(
    tensor_captures: Path, builds: Path, photo: Path
) -> None:
    capture = read_capture(tensor_captures / f"{photo.stem}.safetensors")
    artifact = read_sidecar(sidecar_path(builds / "artifacts" / capture.info.artifact))
    prep = prep_of(artifact.model)
    decoded = decode(photo.read_bytes(), photo.name)
    assert np.array_equal(capture.tensors["decoded"], decoded)
    resized = fit(decoded, prep)
    assert np.array_equal(capture.tensors["resized"], resized)
    assert capture.tensors["image"].tobytes() == normalise(resized, prep).tobytes()
    scores = capture.tensors["out"]
    assert np.array_equal(capture.tensors["classmap"], argmax(scores))
    assert np.array_equal(capture.tensors["probe.1/classmap"], probe_classes(scores.shape[1]))


def test_a_capture_says_who_computed_what(host: Host, tensor_captures: Path, builds: Path) -> None:
    model = model_of(builds, "seeded0-fp32-tensor.onnx")
    capture = read_capture(tensor_captures / "coffee.safetensors")
    info, artifact = capture.info, read_sidecar(sidecar_path(model))
    assert (info.target, info.runtime, info.engine) == (
        host.target,
        "onnxruntime",
        "CPUExecutionProvider",
    )
    assert info.compute_unit == "CPU"
    assert (info.case, info.artifact, info.artifact_sha256) == (
        "coffee",
        artifact.file,
        artifact.sha256,
    )
    assert (info.threads, info.warmup, len(info.infer_ms)) == (1, 1, 3)
    assert info.output_sha256 == (digest(returned(capture)),) * 3
    assert min(info.load_ms, info.peak_rss_mb, *info.infer_ms) > 0


LARGE = """
import subprocess, sys
held = bytearray(1_500_000_000)
sys.exit(subprocess.run(sys.argv[1:]).returncode)
"""


def test_its_peak_memory_is_its_own_and_not_that_of_who_started_it(
    host: Host, builds: Path, tmp_path: Path
) -> None:
    model, out = model_of(builds, "seeded0-fp32-tensor.onnx"), tmp_path / "coffee.safetensors"
    large = replace(host, command=(sys.executable, "-c", LARGE, *host.command))
    assert large.capture(model, CASES["coffee"], out).returncode == 0
    assert 50 < read_capture(out).info.peak_rss_mb < 1000


def test_every_sidecar_is_read_of_whatever_format(host: Host, builds: Path) -> None:
    sidecars = sorted((builds / "artifacts").glob("*.json"))
    jobs = [{"do": "sidecar", "sidecar": path.read_text("utf-8")} for path in sidecars]
    assert len(jobs) > 10
    assert [path.name for path, got in zip(sidecars, host.batch(jobs), strict=True) if got] == []


def test_runs_can_be_chosen(host: Host, builds: Path, tmp_path: Path) -> None:
    out = tmp_path / "coffee.safetensors"
    model = model_of(builds, "seeded0-fp32-tensor.onnx")
    assert host.capture(model, CASES["coffee"], out, "--runs", "5").returncode == 0
    assert len(read_capture(out).info.infer_ms) == 5


def test_several_photos_are_captured_with_one_load_of_the_model(
    host: Host, builds: Path, tmp_path: Path
) -> None:
    model = model_of(builds, "seeded0-fp32-tensor.onnx")
    on_par(host, builds, captured_at_once(host, model, tmp_path, "--threads", "1", "--runs", "2"))
    infos = [read_capture(path).info for path in tmp_path.glob("*.safetensors")]
    assert len({info.load_ms for info in infos}) == 1
    assert {len(info.infer_ms) for info in infos} == {2}


SAME = """
import sys
import onnxruntime
from safetensors.numpy import load_file, save_file

model, out, *captures = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
save_file(
    {c: session.run(["out"], {"image": load_file(c)["image"]})[0] for c in captures}, out,
    {"version": onnxruntime.__version__},
)
"""


@pytest.fixture(scope="module")
def same_onnxruntime(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python's onnxruntime of the version that the host's is: Maven Central is behind PyPI, from
    which the iOS host has its library."""
    folder = tmp_path_factory.mktemp("onnxruntime")
    if host.target == "android-host":
        text = (ANDROID / "gradle" / "libs.versions.toml").read_text("utf-8")
        package = f"onnxruntime=={tomllib.loads(text)['versions']['onnxruntime']}"
        command = [sys.executable, "-m", "uv", "pip", "install", "-q", "--no-deps"]
        subprocess.run([*command, "--target", folder, package], check=True, timeout=300)
    return folder


def test_the_output_of_the_same_onnxruntime_is_equal_to_the_bit(
    tensor_captures: Path, builds: Path, same_onnxruntime: Path, tmp_path: Path
) -> None:
    captures = sorted(tensor_captures.glob("*.safetensors"))
    words = [model_of(builds, "seeded0-fp32-tensor.onnx"), tmp_path / "out", *captures]
    path = os.pathsep.join([str(same_onnxruntime), *sys.path])
    command = [sys.executable, "-c", SAME, *map(str, words)]
    subprocess.run(command, check=True, timeout=300, env={**os.environ, "PYTHONPATH": path})
    with safe_open(tmp_path / "out", "np") as expected:
        for file in captures:
            capture = read_capture(file)
            assert capture.info.runtime_version == expected.metadata()["version"]
            got = capture.tensors["out"]
            assert got.tobytes() == expected.get_tensor(str(file)).tobytes(), file.name
