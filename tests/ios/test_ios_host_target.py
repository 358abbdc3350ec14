"""The target `ios-host`: what `onpar parity` and `onpar capture` do with the iOS app's code."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from builds import Built, linked
from here import onpar_here
from matrix import run_in, unlike_phones

from onpar.exporters import USUAL, VARIANTS
from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.capture.captures import plan_captures
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import PHOTOS, ROOT, Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets import ios_host, unmet_requirements
from onpar.pipeline.targets.target import Order, Photograph


def rows(build: Path) -> dict[str, list[Verdict]]:
    """The host's rows of a run by variant."""
    found: dict[str, list[Verdict]] = {}
    for one in run_in(build).verdicts:
        if one.target == "ios-host":
            found.setdefault(one.variant, []).append(one)
    return found


@pytest.fixture(autouse=True)
def built(ios_built: Built) -> None:
    ios_built.check()


FLOAT32 = ("onnx-fp32-tensor", "onnx-fp32-image", "ort-fp32-tensor", "ptl-fp32-tensor")


def test_seeded_weights_are_on_par_in_float32_on_both_runtimes(
    wide_build: Path, square_build: Path
) -> None:
    wide = rows(wide_build)
    assert wide.keys() == {n for n in USUAL if VARIANTS[n].format in ("onnx", "ort", "ptl")}
    for name in FLOAT32:
        assert [one.status for one in wide[name]] == [Status.PASS] * 6, name
    square = rows(square_build)
    assert square.keys() == {"onnx-fp32-tensor", "onnx-fp32-image"}
    assert {one.status for of_it in square.values() for one in of_it} == {Status.PASS}


def test_demo_weights_are_on_par_in_int8_on_both_runtimes(demo_build: Path) -> None:
    demo = rows(demo_build)
    for name in ("onnx-int8-tensor", "ort-int8-tensor", "ptl-int8-tensor"):
        status = Status.NOT_RUN if unlike_phones(name) else Status.PASS
        assert [one.status for one in demo[name]] == [status] * 6, name


@pytest.mark.parametrize(("suffix", "runtime"), [(".onnx", "onnxruntime"), (".ptl", "libtorch")])
def test_a_capture_says_who_computed_it_and_who_decoded_the_photo(
    wide_build: Path, suffix: str, runtime: str
) -> None:
    [folder] = (wide_build / "captures" / "ios-host").glob(f"*fp32-tensor{suffix}")
    infos = [read_capture(path).info for path in folder.iterdir()]
    assert len(infos) == 6
    assert {info.runtime for info in infos} == {runtime}
    assert len({info.load_ms for info in infos}) == 1, "the model is loaded once"
    for info in infos:
        assert info.extra["decoder"].startswith("libjpeg-turbo 2.")
        assert info.extra["decoder"].endswith("on this host; not Image I/O")


def test_int8_runs_under_the_engine_that_it_was_made_for(demo_build: Path) -> None:
    [folder] = (demo_build / "captures" / "ios-host").glob("*int8-tensor.ptl")
    assert {read_capture(path).info.engine for path in folder.iterdir()} == {"qnnpack"}


@pytest.fixture
def build(wide_build: Path, tmp_path: Path) -> Path:
    """A build with the artifacts and goldens, and with the captures of the host alone."""
    build = linked(wide_build, tmp_path / "build")
    captures = Path("captures", "ios-host")
    shutil.copytree(wide_build / captures, build / captures)
    return build


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built command, which is the host from then on."""
    copy = tmp_path / "host" / "ios_capture"
    copy.parent.mkdir()
    for path in (ios_host.HOST, ios_host.HOST.with_name("versions.txt")):
        shutil.copy(path, copy.parent)
    monkeypatch.setattr(ios_host, "HOST", copy)
    return copy


@pytest.mark.parametrize(
    ("changed", "again"), [("", False), ("ios_capture", True), ("versions.txt", True)]
)
def test_a_host_that_was_rebuilt_or_has_another_runtime_captures_again(
    build: Path, copy: Path, changed: str, again: bool
) -> None:
    if changed:
        with (copy.parent / changed).open("ab") as file:
            file.write(b"\n")
    [path] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    recipe = load_recipe(read_sidecar(sidecar_path(path)).options)
    files = {"onnx-fp32-tensor": path}
    [planned] = plan_captures(recipe, files, {}, ["ios-host"], Runs(), Build(build))
    assert (planned.job is not None) is again


def test_the_versions_are_those_that_the_command_says() -> None:
    kept = ios_host.HOST.with_name("versions.txt").read_text("utf-8")
    done = subprocess.run([ios_host.HOST, "--version"], capture_output=True, text=True, timeout=60)
    assert done.stdout == kept
    named = [line.split()[0] for line in kept.splitlines()]
    assert named == ["onnxruntime", "libtorch", "libjpeg-turbo"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -SEGV $$", "the iOS app's code ended with signal 11: no output"),
        ("echo no such thing; exit 1", "the iOS app's code ended with exit code 1: no such thing"),
        ("echo 'ios_capture: the photo is wrong; take another' >&2; exit 2", "the photo is wrong"),
        ("exec sleep 60", "it hangs: 0 of 1 captures written, and no other"),
    ],
)
def test_a_broken_host_is_an_error_in_one_line(
    build: Path,
    copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    words: str,
) -> None:
    copy.write_text(f"#!/bin/sh\n{script}\n")
    monkeypatch.setattr("onpar.pipeline.targets.app_process.PATIENCE", 0.5)
    [model] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    order = Order(model, (Photograph("coffee", PHOTOS[2], tmp_path / "out"),), 1, 0)
    with pytest.raises((OnparError, RuntimeError), match=words):
        ios_host.capture(order, lambda done: None)


@pytest.mark.parametrize("gone", ["ios_capture", "versions.txt"])
def test_without_the_command_it_says_how_to_build_it(copy: Path, gone: str) -> None:
    assert unmet_requirements("ios-host") == ""
    (copy.parent / gone).unlink()
    assert unmet_requirements("ios-host").startswith(
        "the app's code is not built: run `make ios-host`"
    )


def test_a_model_that_takes_no_photo_is_not_run_and_says_why(tmp_path: Path) -> None:
    recipe = ROOT / "tests" / "user_recipes" / "recommender.py"
    words = ("--recipe", recipe, "--format", "onnx-fp32-tensor")
    done = onpar_here("parity", *words, "--build", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    [mine] = rows(tmp_path).values()
    assert {one.status for one in mine} == {Status.NOT_RUN}
    assert "takes `seen`, `person`; the iOS app gives a model one photo" in mine[0].sentence
