"""What `onpar evaluate` cannot evaluate it refuses by name, and says what to do."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from artifacts import artifacts
from here import onpar_here
from PIL import Image
from samples import artifact
from sidecars import sealed

from onpar.parity.contract.spec import ModelSpec
from onpar.pipeline import extras
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate import subjects
from onpar.pipeline.evaluate.subjects import read_subjects
from onpar.pipeline.targets import TARGETS

VARIANT = "onnx-fp32-tensor"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder of two photos."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in HELD_OUT_PHOTOS[:2]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def masks(images: Path, tmp_path: Path) -> Path:
    """Masks of them, background throughout."""
    folder = tmp_path / "masks"
    folder.mkdir()
    for path in images.iterdir():
        size = Image.open(path).size
        Image.new("L", size).save(folder / f"{path.stem}.png")
    return folder


@pytest.fixture
def exported(wide_build: Path, tmp_path: Path) -> Path:
    """A folder of the weights and one artifact, whose sidecars a test may change."""
    folder = tmp_path / "exported"
    folder.mkdir()
    made = artifacts(wide_build)
    for variant in ("safetensors-fp32-tensor", VARIANT):
        path, _ = made[variant]
        os.link(path, folder / path.name)
        shutil.copy(f"{path}.json", folder)
    return folder


def file_of(exported: Path) -> Path:
    """The artifact's file."""
    [path] = exported.glob("*.onnx")
    return path


def change(sidecar: Path, **fields: object) -> None:
    sidecar.write_text(sealed(json.loads(sidecar.read_text()) | fields))


def remodel(sidecar: Path, **fields: Any) -> str:
    """Change the model in a sidecar, and its steps and the recipe's digest with it, which is given
    back."""
    model = json.loads(sidecar.read_text())["model"] | fields
    sha256 = msgspec.convert(model, ModelSpec).sha256
    run = [step["step"] for step in model["steps"]].index("run")
    change(sidecar, model=model, recipe_sha256=sha256, steps=model["steps"], runs=[run, run])
    return sha256


def steps_of(sidecar: Path) -> list[dict[str, Any]]:
    """The steps of the model: decode-image, resize-image, normalize, run, argmax."""
    steps: list[dict[str, Any]] = json.loads(sidecar.read_text())["model"]["steps"]
    return steps


def given(name: str, shape: tuple[int, ...], dtype: str) -> dict[str, Any]:
    """The step that takes an array of the case."""
    return {"step": "given", "takes": [name], "makes": [name], "shape": shape, "dtype": dtype}


def refused(images: Path, *options: str | Path) -> str:
    """What is said on stderr, of an evaluation that ends with 2."""
    done = onpar_here("evaluate", "--images", images, *options, "--build", images.parent / "build")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list((images.parent / "build").rglob("report.html"))
    return done.stderr


def test_an_artifact_that_is_not_there(images: Path) -> None:
    said = refused(images, "--artifact", images / "model.onnx")
    assert f"{images / 'model.onnx'}: no such file; make it with `onpar export`" in said


def test_a_file_without_a_sidecar(images: Path) -> None:
    said = refused(images, "--artifact", images / HELD_OUT_PHOTOS[0].name)
    assert (
        f"{HELD_OUT_PHOTOS[0].name}: has no sidecar, {HELD_OUT_PHOTOS[0].name}.json, next" in said
    )


def test_a_file_that_is_not_the_one_that_was_exported(images: Path, exported: Path) -> None:
    path = file_of(exported)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b"\0")
    assert "is not the one that was exported" in refused(images, "--artifact", path)


def test_a_format_that_runs_nowhere_here(wide_build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = artifacts(wide_build)["coreml-fp32-tensor"]
    monkeypatch.setitem(TARGETS, "mil", replace(TARGETS["mil"], formats=()))
    with pytest.raises(OnparError) as refused:
        read_subjects([path])
    assert "no target on this machine runs the format coreml (it runs on: coreml)" in str(
        refused.value
    )


def test_a_format_whose_package_is_not_installed_is_refused_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extras, "_found", lambda package: package != "onnxruntime")
    monkeypatch.setattr(subjects, "_artifact", lambda _: artifact())
    with pytest.raises(OnparError) as refused:
        read_subjects([Path("x.onnx")])
    assert str(refused.value).startswith(
        "x.onnx: no target on this machine runs the format onnx (it runs on: onnxruntime"
    )
    assert str(refused.value).endswith(
        '); onnxruntime is not installed: pip install "onpar[onnx]", or leave it out, '
        "`onpar targets` has what runs here"
    )


def test_artifacts_of_other_weights(images: Path, exported: Path, wide_build: Path) -> None:
    path = file_of(exported)
    change(
        Path(f"{path}.json"),
        weights_sha256="0" * 64,
        sha256=artifacts(wide_build)[VARIANT][1].sha256,
    )
    other, _ = artifacts(wide_build)["onnx-int8-tensor"]
    said = refused(images, "--artifact", path, "--artifact", other)
    assert f"{other}: its weights " in said
    assert "are not those of" in said


def test_a_folder_without_the_weights(images: Path, exported: Path) -> None:
    for path in exported.glob("*-fp32-tensor.safetensors*"):
        path.unlink()
    said = refused(images, "--artifact", file_of(exported))
    assert f"{exported}: the weights " in said
    assert "`onpar export --format safetensors`" in said


def test_a_recipe_that_has_changed_since_the_export(images: Path, exported: Path) -> None:
    path = file_of(exported)
    sidecar = Path(f"{path}.json")
    decode, resize, normalize, *rest = steps_of(sidecar)
    normalize |= {"mean": [0.5, 0.5, 0.5]}
    sha256 = remodel(sidecar, steps=[decode, resize, normalize, *rest])
    said = refused(images, "--artifact", path)
    assert f"was exported from the recipe {sha256[:16]}…" in said


@pytest.mark.parametrize(
    ("photo", "unmet_requirements"), [(False, "takes no photo"), (True, "ends in the step run")]
)
def test_a_model_without_a_photo_or_whose_last_step_has_no_figures(
    images: Path, exported: Path, photo: bool, unmet_requirements: str
) -> None:
    sidecar = Path(f"{file_of(exported)}.json")
    *before, run, argmax = steps_of(sidecar)
    array = given("image", (1, 3, 96, 160), "float32")
    remodel(sidecar, steps=[*before, run] if photo else [array, run, argmax])
    if not photo:
        source = {"name": "image", "file": "", "sha256": "0" * 64}
        facts = json.loads(sidecar.read_text())
        options = {k: v for k, v in facts["options"].items() if k not in ("height", "width")}
        cases = [case | {"sources": [source]} for case in facts["cases"]]
        change(sidecar, cases=cases, options=options)
    said = refused(images, "--artifact", file_of(exported))
    assert unmet_requirements in said
    assert "`onpar check` judges any model" in said


def test_a_model_that_takes_more_than_the_photo(images: Path, exported: Path) -> None:
    sidecar = Path(f"{file_of(exported)}.json")
    said = json.loads(sidecar.read_text())
    inputs, cases = said["inputs"], said["cases"]
    inputs.append({"name": "text", "shape": [1, 8], "dtype": "int64", "groups": None})
    for case in cases:
        case["sources"].append({"name": "text", "file": "", "sha256": "0" * 64})
    change(sidecar, inputs=inputs, cases=cases)
    *before, run, argmax = steps_of(sidecar)
    run["takes"].append("text")
    steps = [*before, given("text", (1, 8), "int64"), run, argmax]
    remodel(sidecar, inputs=inputs, steps=steps)
    assert "takes text in addition to the photo" in refused(images, "--artifact", file_of(exported))


def test_folders_without_photos(tmp_path: Path, exported: Path) -> None:
    named: list[str | Path] = ["--artifact", file_of(exported)]
    assert "none: no such folder" in refused(tmp_path / "none", *named)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "._photo.jpg").touch()
    assert "no photo in it" in refused(empty, *named)


def test_masks_that_are_missing_or_among_the_photos(
    images: Path, masks: Path, exported: Path
) -> None:
    named: list[str | Path] = ["--artifact", file_of(exported), "--masks"]
    gone = masks / f"{HELD_OUT_PHOTOS[0].stem}.png"
    gone.unlink()
    assert f"{gone}: no such mask; --masks holds" in refused(images, *named, masks)
    assert "is also the folder of the photos" in refused(images, *named, images)
    assert "no such folder" in refused(images, *named, masks / "none")


def test_what_is_wrong_with_photos_and_masks_is_said_of_all_once_the_others_are_done(
    images: Path, masks: Path, exported: Path, tmp_path: Path
) -> None:
    named: list[str | Path] = ["--artifact", file_of(exported), "--masks", masks]
    for name in ("a-size", "b-class", "c-photo", "d-sound"):
        Image.fromarray(np.full((40, 50, 3), 99, np.uint8)).save(images / f"{name}.png")
        Image.new("L", (50, 40)).save(masks / f"{name}.png")
    Image.new("L", (40, 50)).save(masks / "a-size.png")
    Image.new("L", (50, 40), 21).save(masks / "b-class.png")
    (images / "c-photo.png").write_bytes(b"no image")
    said = refused(images, *named)
    assert "3 of 6 images could not be evaluated; fix or remove them" in said
    assert f"{masks / 'a-size.png'}: is 40x50, its photo 50x40" in said
    assert f"{masks / 'b-class.png'}: has class 21, the model 0 to 20" in said
    assert f"{images / 'c-photo.png'}: is not an image that onpar supports" in said
    for name in ("a-size", "b-class", "c-photo"):
        (images / f"{name}.png").unlink()
    after = onpar_here(
        "evaluate", "--images", images, *named, "--build", tmp_path / "build", "--json"
    )
    assert after.returncode == 0, after.stderr
    assert json.loads(after.stdout)["ran"] == 0
