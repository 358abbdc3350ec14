"""`onpar ios-models`: the models that Xcode builds into the app, run by the app's own code."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from builds import Built
from here import onpar_here

from onpar.pipeline import paths
from onpar.pipeline.paths import PHOTOGRAPHS, ROOT
from onpar.pipeline.targets import ios_host

MODEL = "selfie_segmentation-256x256-pretrained-fp32-tensor.onnx"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The app's folder `Models`, with a model that was there before."""
    monkeypatch.setattr(paths, "IOS", tmp_path / "ios_app")
    folder = tmp_path / "ios_app" / "Models"
    folder.mkdir(parents=True)
    for name in ("README.md", "other.onnx", "other.onnx.json"):
        (folder / name).write_text("as it was", "utf-8")
    return folder


def test_without_options_the_app_shows_the_first_photo_with_a_real_person_segmented(
    ios_built: Built, folder: Path, tmp_path: Path
) -> None:
    ios_built.check()
    build = tmp_path / "build"
    done = onpar_here("ios-models", "--build", build)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{folder / MODEL}: written, with its sidecar\n"
    assert {path.name for path in folder.iterdir()} == {
        *("README.md", "other.onnx", "other.onnx.json"),
        *(MODEL, MODEL + ".json"),
    }
    assert (folder / "other.onnx").read_text("utf-8") == "as it was"

    # The app opens the first of its photos by name, and captures it as the case of that name.
    first = min(PHOTOGRAPHS)
    assert first.stem == "astronaut"
    out = tmp_path / "astronaut.safetensors"
    command: list[str | Path] = [
        ios_host.HOST,
        "--model",
        folder / MODEL,
        "--case",
        first.stem,
        "--image",
        first,
    ]
    subprocess.run([*command, "--out", out], check=True, capture_output=True, timeout=120)
    assert onpar_here("golden", "--build", build).returncode == 0
    judged = onpar_here("check", out, "--build", build)
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--format", "torchscript-fp32"], "this app takes it; it takes onnx, ort, coreml, ptl"),
        (
            ["--recipe", ROOT / "tests" / "user_recipes" / "photo_and_text.py"],
            "the app gives a model one photo and nothing else",
        ),
    ],
)
def test_what_the_app_cannot_run_is_refused_and_nothing_is_written(
    folder: Path, tmp_path: Path, options: list[str | Path], words: str
) -> None:
    before = {path.name for path in folder.iterdir()}
    done = onpar_here("ios-models", "--build", tmp_path / "build", *options)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert {path.name for path in folder.iterdir()} == before
