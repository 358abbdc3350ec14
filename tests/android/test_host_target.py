"""The target `android-host`: what `onpar parity` and `onpar capture` do with the host."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builds import RECIPE, WIDE, linked
from here import onpar_here
from matrix import run_in, unlike_phones

from onpar.exporters import USUAL, VARIANTS
from onpar.parity.contract.capture import CaptureError, read_capture, write_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.run import read_run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.build_folder.keys import kept_key
from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.capture.captures import plan_captures
from onpar.pipeline.capture.device_job import capture_out_of_process, keep
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import PHOTOS, ROOT, SCENES, Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets import android_host, unmet_requirements
from onpar.pipeline.targets.android_host import JAR
from onpar.pipeline.targets.target import Order, Photograph

MODEL = ("--recipe", RECIPE, "--weights", "seeded:0", "--size", WIDE)

TARGET = ("--target", "android-host", "--format", "onnx-fp32-tensor")


def rows(build: Path) -> dict[str, list[Verdict]]:
    """The host's rows of a run by variant."""
    found: dict[str, list[Verdict]] = {}
    for one in run_in(build).verdicts:
        if one.target == "android-host":
            found.setdefault(one.variant, []).append(one)
    return found


@pytest.mark.usefixtures("java")
def test_seeded_weights_are_on_par_in_float32(wide_build: Path, square_build: Path) -> None:
    wide = rows(wide_build)
    assert wide.keys() == {n for n in USUAL if VARIANTS[n].format in ("onnx", "ort")}
    for name in ("onnx-fp32-tensor", "onnx-fp32-image", "ort-fp32-tensor"):
        assert [one.status for one in wide[name]] == [Status.PASS] * 6, name
    square = rows(square_build)
    assert square.keys() == {"onnx-fp32-tensor", "onnx-fp32-image"}
    assert {one.status for of_it in square.values() for one in of_it} == {Status.PASS}


@pytest.mark.usefixtures("java")
def test_demo_weights_are_on_par_in_int8(demo_build: Path) -> None:
    demo = rows(demo_build)
    for name in ("onnx-int8-tensor", "ort-int8-tensor"):
        status = Status.NOT_RUN if unlike_phones(name) else Status.PASS
        assert [one.status for one in demo[name]] == [status] * 6, name


@pytest.mark.usefixtures("java")
def test_the_model_is_loaded_once_and_the_first_case_decides_the_runs(wide_build: Path) -> None:
    [folder] = (wide_build / "captures" / "android-host").glob("*fp32-tensor.onnx")
    infos = [read_capture(path).info for path in folder.iterdir()]
    assert len(infos) == 6
    assert len({info.load_ms for info in infos}) == 1
    assert len({(info.warmup, len(info.infer_ms)) for info in infos}) == 1


@pytest.fixture
def build(wide_build: Path, tmp_path: Path) -> Path:
    """A build with the artifacts and goldens, and with the captures of the host alone."""
    build = linked(wide_build, tmp_path / "build")
    captures = Path("captures", "android-host")
    shutil.copytree(wide_build / captures, build / captures)
    return build


def capture(build: Path) -> dict[str, Any]:
    """`onpar capture` of the host on one artifact."""
    done = onpar_here("capture", *MODEL, *TARGET, "--build", build, "--json")
    said: dict[str, Any]
    [said] = [one for one in json.loads(done.stdout) if one["target"] == "android-host"]
    assert done.returncode == (1 if said["error"] else 0), done.stderr
    assert done.stderr.rstrip().endswith(said["error"]), done.stderr
    return said


@pytest.mark.usefixtures("java")
def test_what_is_captured_is_not_captured_again_and_what_is_gone_alone_is(build: Path) -> None:
    assert capture(build)["fresh"] is False
    [folder] = (build / "captures" / "android-host").glob("*fp32-tensor.onnx")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    (folder / "coffee.safetensors").unlink()
    assert capture(build)["fresh"] is True
    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"coffee.safetensors"}
    assert before.keys() == after.keys()


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize(
    ("changed", "again"),
    [("", False), ("onpar-host.jar", True), ("lib/onpar-core-1.jar", True)],
)
def test_a_host_that_was_rebuilt_to_something_else_captures_again(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, again: bool
) -> None:
    target = tmp_path / "target"
    shutil.copytree(JAR.parent / "lib", target / "lib", copy_function=os.symlink)
    shutil.copy(JAR, target)
    if changed:
        jar = target / changed
        content = jar.read_bytes()
        jar.unlink()
        jar.write_bytes(content + b"\0")
    monkeypatch.setattr(android_host, "JAR", target / JAR.name)
    [path] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    recipe = load_recipe(read_sidecar(sidecar_path(path)).options)
    files = {"onnx-fp32-tensor": path}
    [planned] = plan_captures(recipe, files, {}, ["android-host"], Runs(), Build(build))
    assert (planned.job is not None) is again


def test_an_onnxruntime_of_another_version_is_another_host(
    java: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = android_host.identity("")
    shutil.copytree(JAR.parent / "lib", tmp_path / "lib", copy_function=os.symlink)
    shutil.copy(JAR, tmp_path)
    monkeypatch.setattr(android_host, "JAR", tmp_path / JAR.name)
    assert android_host.identity("") == before
    [jar] = (tmp_path / "lib").glob("onnxruntime-*.jar")
    jar.rename(jar.with_name("onnxruntime-1.99.0.jar"))
    assert android_host.identity("") != before


def stand_in(folder: Path, script: str) -> Path:
    """A folder for the PATH whose `java` does something else, but for telling its version."""
    path = folder / "bin" / "java"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\n[ "$1" = -version ] && exec {shutil.which("java")} "$@"\n{script}')
    path.chmod(0o755)
    return path.parent


BROKEN = {
    'exec "$REAL" -Xmx16m "$@"': "need more memory than the 1",
    "kill -SEGV $$": "Java ended with signal 11: no output (details: ",
    "echo no such thing; exit 1": "Java ended with exit code 1: no such thing (details: ",
    "exit 0": "android-host wrote no capture of astronaut",
}
"""What a `java` does, and what is said of it."""


@pytest.mark.parametrize("script", BROKEN)
def test_a_broken_host_is_an_error_in_one_line(
    java: str, build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    shutil.rmtree(build / "captures")
    folder = stand_in(tmp_path, script.replace("$REAL", java))
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    assert BROKEN[script] in capture(build)["error"]
    assert [path for path in (build / "captures").rglob("*") if path.is_file()] == []


def test_the_error_is_the_reason_of_its_rows(
    java: str, build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(build / "captures")
    monkeypatch.setenv("PATH", str(stand_in(tmp_path, "exit 3")), prepend=os.pathsep)
    monkeypatch.setenv("CI", "")
    done = onpar_here("parity", *MODEL, "--format", "onnx-fp32-tensor", "--build", build)
    assert done.returncode == 1, done.stdout
    [mine] = rows(build).values()
    assert {one.status for one in mine} == {Status.NOT_RUN}
    assert "Java ended with exit code 3" in mine[0].sentence
    [run] = (build / "reports").glob("*/run.json")
    others = [one for one in read_run(run).verdicts if one.target == "onnxruntime"]
    assert {one.status for one in others} == {Status.PASS}


def test_a_host_that_hangs_is_ended(
    java: str, build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stand_in(tmp_path, "exec sleep 60")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setattr("onpar.pipeline.targets.app_process.PATIENCE", 0.5)
    [model] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    order = Order(model, (Photograph("coffee", PHOTOS[2], tmp_path / "out"),), 1, 0)
    with pytest.raises(OnparError, match=r"it hangs: 0 of 1 captures written, and no other"):
        android_host.capture(order, lambda done: None)


@pytest.mark.usefixtures("java")
def test_what_was_captured_before_an_error_is_kept(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rocket = tmp_path / PHOTOS[3].name
    rocket.write_bytes(PHOTOS[3].read_bytes()[:1000])
    monkeypatch.setattr(
        "onpar.pipeline.capture.device_job.load_recipe",
        lambda options: replace(load_recipe(options), photos=(*PHOTOS[:3], rocket, *SCENES)),
    )
    [model] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    runs = {"threads": 1, "measured": 0}
    with pytest.raises(OnparError, match=r"rocket\.jpg: is broken or not whole"):
        capture_out_of_process("android-host", "", str(model), str(tmp_path / "kept"), runs, "")
    kept = list((tmp_path / "kept").iterdir())
    assert sorted(path.stem for path in kept) == ["astronaut", "chelsea", "coffee"]
    assert all(kept_key(path, "capture_key") for path in kept)


@pytest.mark.usefixtures("java")
def test_a_model_that_takes_no_photo_is_not_run_and_says_why(tmp_path: Path) -> None:
    recipe = ROOT / "tests" / "user_recipes" / "recommender.py"
    words = ("--recipe", recipe, "--format", "onnx-fp32-tensor")
    done = onpar_here("parity", *words, "--build", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    [mine] = rows(tmp_path).values()
    assert {one.status for one in mine} == {Status.NOT_RUN}
    assert "takes `seen`, `person`; the Android app gives a model one photo" in mine[0].sentence
    assert not (tmp_path / "captures" / "android-host").exists()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "no Java is installed, it needs 17 or newer: run `make system`"),
        ("bin", "Java is 11.0.2, it needs 17 or newer: run `make system`"),
    ],
)
def test_without_a_java_that_is_new_enough_the_rows_say_so(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, words: str
) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / path) if path else str(tmp_path / "none"))
    monkeypatch.setenv("CI", "")
    done = onpar_here("parity", *MODEL, "--format", "onnx-fp32-tensor", "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr
    [mine] = rows(build).values()
    assert {one.status for one in mine} == {Status.NOT_RUN}
    assert words in mine[0].sentence
    done = onpar_here("capture", *MODEL, *TARGET, "--build", build)
    assert done.returncode == 2
    assert f"target 'android-host' cannot run here: {words}" in done.stderr


def test_without_the_jar_it_says_how_to_build_it(
    java: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(android_host, "JAR", tmp_path / "onpar-host.jar")
    assert unmet_requirements("android-host").startswith(
        "the app's code is not built: run `make android-host`"
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"target": "onnxruntime"}, "of the target 'onnxruntime', expected 'android-host'"),
        ({"artifact_sha256": "ab"}, "of the artifact 'ab', expected"),
        ({"case": "rocket"}, "of the case 'rocket', expected 'coffee'"),
    ],
)
@pytest.mark.usefixtures("java")
def test_a_capture_of_something_else_is_not_taken(
    build: Path, tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    [path] = (build / "captures" / "android-host").glob("*fp32-tensor.onnx/coffee.safetensors")
    [model] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    artifact, made = read_sidecar(sidecar_path(model)), read_capture(path)
    case = next(one for one in artifact.cases if one.name == "coffee")
    raw, kept = tmp_path / "raw", tmp_path / "kept"
    write_capture(raw, replace(made, info=replace(made.info, **changed)))
    with pytest.raises(OnparError, match=words):
        keep(raw, kept, "android-host", "", artifact, case, "key")
    raw.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CaptureError, match="not a whole safetensors file"):
        keep(raw, kept, "android-host", "", artifact, case, "key")
    assert list(tmp_path.glob("raw")) == list(tmp_path.glob("kept")) == []
