"""The target `ios-host`: what `onpar parity` and `onpar capture` do with the iOS app's code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from builds import Built, linked, onpar
from matrix import run_in

from exporters import VARIANTS
from parity.capture import read_capture
from parity.spec import read_sidecar, sidecar_path
from parity.status import Status
from parity.verdict import Verdict
from pipeline.capture import plan_captures
from pipeline.capture_job import Runs
from pipeline.errors import OnparError
from pipeline.paths import PHOTOS, ROOT, Build
from pipeline.recipes import load_recipe
from pipeline.targets import Order, Photograph, ios_host, lacks


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
    assert wide.keys() == {n for n, v in VARIANTS.items() if v.format in ("onnx", "ort", "ptl")}
    for name in FLOAT32:
        assert [one.status for one in wide[name]] == [Status.PASS] * 6, name
    square = rows(square_build)
    assert square.keys() == {"onnx-fp32-tensor", "onnx-fp32-image"}
    assert {one.status for of_it in square.values() for one in of_it} == {Status.PASS}


def test_demo_weights_are_on_par_in_int8_on_both_runtimes(demo_build: Path) -> None:
    demo = rows(demo_build)
    for name in ("onnx-int8-tensor", "ort-int8-tensor", "ptl-int8-tensor"):
        assert [one.status for one in demo[name]] == [Status.PASS] * 6, name


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


@pytest.mark.parametrize("changed", [False, True])
def test_a_host_that_was_rebuilt_to_something_else_captures_again(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    copy = tmp_path / "ios_capture"
    shutil.copy(ios_host.HOST, copy)
    if changed:
        with copy.open("ab") as file:
            file.write(b"\0")
    monkeypatch.setattr(ios_host, "HOST", copy)
    [path] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    recipe = load_recipe(read_sidecar(sidecar_path(path)).options)
    files = {"onnx-fp32-tensor": path}
    [planned] = plan_captures(recipe, files, {}, ["ios-host"], Runs(), Build(build))
    assert (planned.job is not None) is changed


def test_the_runtimes_versions_are_part_of_its_identity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ios_host._version(ios_host.HOST, 0)
    assert [line.split()[0] for line in said.splitlines()] == [
        "onnxruntime",
        "libtorch",
        "libjpeg-turbo",
    ]
    before = ios_host.identity("")
    monkeypatch.setattr(ios_host, "_version", lambda host, built: said.replace("1.", "2."))
    assert ios_host.identity("") != before


def stand_in(folder: Path, script: str) -> Path:
    """A command that does something else, but for telling its version."""
    path = folder / "ios_capture"
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec {ios_host.HOST} "$@"\n{script}\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -SEGV $$", "the iOS app's code ended with signal 11: it said nothing"),
        ("echo no such thing; exit 1", "the iOS app's code ended with exit code 1: no such thing"),
        ("echo 'ios_capture: the photo is wrong; take another' >&2; exit 2", "the photo is wrong"),
        ("exec sleep 60", "it hangs: 0 of 1 captures written, and no other"),
    ],
)
def test_a_broken_host_is_an_error_in_one_line(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    monkeypatch.setattr(ios_host, "HOST", stand_in(tmp_path, script))
    monkeypatch.setattr("pipeline.app_process.PATIENCE", 0.5)
    [model] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    order = Order(model, (Photograph("coffee", PHOTOS[2], tmp_path / "out"),), 1, 0)
    with pytest.raises((OnparError, RuntimeError), match=words):
        ios_host.capture(order, lambda done: None)


def test_without_the_command_or_its_libraries_it_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ios_host, "HOST", tmp_path / "ios_capture")
    assert lacks("ios-host").startswith("the app's code is not built: run `make ios-host`")
    (tmp_path / "ios_capture").write_text("#!/bin/sh\nexit 127\n")
    (tmp_path / "ios_capture").chmod(0o755)
    assert lacks("ios-host") == (
        "the app's code does not start any more: run `make ios-host` to build it again"
    )


def test_a_model_that_takes_no_photo_is_not_run_and_says_why(tmp_path: Path) -> None:
    recipe = ROOT / "tests" / "user_recipes" / "recommender.py"
    words = ("--recipe", recipe, "--size", "32x32", "--format", "onnx-fp32-tensor")
    done = onpar("parity", *words, "--build", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    [mine] = rows(tmp_path).values()
    assert {one.status for one in mine} == {Status.NOT_RUN}
    assert "takes `seen`, `person`; the iOS app gives a model one photo" in mine[0].sentence
