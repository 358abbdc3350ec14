"""The golden of a quantized program for a photo that only a phone has."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builds import STREET, model_of
from here import onpar_here
from matrix import unlike_phones
from PIL import Image
from taken_photos import checked, holding, kept, only_exports, take, told

from onpar.parity.contract.capture import digest, read_capture
from onpar.parity.contract.golden import read_golden
from onpar.pipeline.paths import IMAGES

ONNX, ORT = "int8-tensor.onnx", "int8-tensor.ort"

MODEL = ("--size", "32x48", "--weights", "built")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small segmentation in int8: an ONNX file, and the ORT file that is converted from it."""
    build = tmp_path_factory.mktemp("street")
    export(STREET, build, "onnx-int8", "ort-int8")
    return build


def export(recipe: Path, build: Path, *formats: str) -> None:
    chosen = [word for name in formats for word in ("--format", name)]
    done = onpar_here("export", "--recipe", recipe, *MODEL, *chosen, "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr


def goldens(build: Path, path: Path) -> dict[str, Any]:
    done = onpar_here("golden", "--from", path, "--build", build, "--json")
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def refused(build: Path, path: Path) -> str:
    """Why the program has no golden; that of the float model is made."""
    done = onpar_here("golden", "--from", path, "--build", build, "--json")
    made = json.loads(done.stdout)
    assert (done.returncode, len(made["paths"])) == (1, 1)
    assert made["refused"] in done.stderr
    return str(made["refused"])


@pytest.mark.parametrize("model", [ONNX, ORT])
def test_a_photo_of_the_phone_is_judged_for_int8_and_a_fault_in_it_is_found(
    exported: Path, tmp_path: Path, model: str
) -> None:
    if model == ORT and unlike_phones("ort-int8-tensor"):
        pytest.skip("this processor saturates sums of int8")
    build = only_exports(exported, tmp_path / "build")
    capture = take(build, model=model)
    path = kept(tmp_path, capture)
    made = goldens(build, path)
    program = read_golden(Path(made["paths"][1]))
    assert program.program == f"{model.rpartition('.')[2]}-int8-tensor"
    assert program.decoded_by == "onnxruntime"
    code, [row] = checked(build, path)
    assert (code, row["status"]) == (0, "PASS")
    assert "decoding was not judged" in row["sentence"]
    assert "yes (equal to the bit; 13 operators, 0.5000 steps at most)" in row["sentence"]
    again = goldens(build, path)
    assert (again["fresh"], again["paths"]) == (False, made["paths"])
    exact = {name: program.capture.tensors[name] for name in ("out", "classmap")}
    twice = (digest({"out": exact["out"]}),) * 2
    other = told(holding(capture, **exact), output_sha256=twice)
    code, [row] = checked(build, kept(tmp_path, other, "exactly rounded"))
    assert (code, row["status"]) == (0, "PASS")
    assert "13 operators" not in row["sentence"]
    # One class's scores moved by a few steps, and two classes exchanged.
    scores = capture.tensors["out"]
    moved = scores.copy()
    moved[:, 2] += 0.2 * np.abs(scores).max()
    for wrong in (moved, scores[:, [1, 0, 2, 3]]):
        code, [row] = checked(build, kept(tmp_path, holding(capture, out=wrong), "wrong"))
        assert (code, row["status"], row["stage"]) == (1, "VALUE", "run")


def test_its_noise_floor_is_the_worst_over_it_and_the_recipes_own_photos(
    exported: Path, tmp_path: Path
) -> None:
    build = only_exports(exported, tmp_path / "build")
    made = goldens(build, kept(tmp_path, take(build, model=ONNX)))
    file = model_of(build, ONNX).name
    [own, *_] = (exported / "programs" / file).glob("*.safetensors")
    floors = read_golden(Path(made["paths"][1])).floors["out"]
    # Each of the ways to round runs the first one, here the photo; the furthest runs the others.
    for one, least in zip(floors.each, read_golden(own).floors["out"].each, strict=True):
        assert 0.5 < one.rms / least.rms < 2


def test_the_golden_of_the_float_model_alone_leaves_int8_unjudged_with_the_remedy(
    exported: Path, tmp_path: Path
) -> None:
    build = only_exports(exported, tmp_path / "build")
    first = kept(tmp_path, take(build), "float")
    assert len(goldens(build, first)["paths"]) == 1
    path = kept(tmp_path, take(build, model=ONNX, name="under another name"))
    code, [row] = checked(build, path)
    assert (code, row["status"]) == (3, "UNJUDGED")
    assert f"compute it: `onpar golden --from {path}`" in row["sentence"]
    made = goldens(build, path)
    assert {read_capture(Path(one)).info.case for one in made["paths"]} == {"IMG 2041"}
    for judged in (first, path):
        code, [row] = checked(build, judged)
        assert (code, row["status"]) == (0, "PASS")


def test_other_calibration_than_the_recipes_is_refused_until_the_recipe_names_it(
    tmp_path: Path,
) -> None:
    recipe, photos, build = tmp_path / "street.py", tmp_path / "photos", tmp_path / "build"
    recipe.write_text(STREET.read_text())
    photos.mkdir()
    with Image.open(IMAGES / "rocket.jpg") as rocket:
        rocket.resize((96, 64)).rotate(180).save(photos / "turned.png")
    how = ("--format", "onnx-int8", "--calibration", photos, "--build", build)
    assert onpar_here("export", "--recipe", recipe, *MODEL, *how).returncode == 0
    path = kept(tmp_path, take(build, model=ONNX))
    said = refused(build, path)
    assert "was calibrated on 1 photos of photos, " in said
    assert "and the recipe says the recipe's 4 cases: name the same folder and layers" in said
    code, [row] = checked(build, path)
    assert (code, row["status"]) == (3, "UNJUDGED")
    assert "where that is refused, make the photo a case of the recipe" in row["sentence"]
    named = f"        calibration=__import__('pathlib').Path({str(photos)!r}),\n"
    recipe.write_text(
        STREET.read_text().replace("        build=Street,\n", f"{named}build=Street,")
    )
    goldens(build, path)
    assert checked(build, path)[0] == 0


def test_an_artifact_that_is_not_made_again_is_refused_until_it_is_exported(
    tmp_path: Path,
) -> None:
    recipe, build = tmp_path / "street.py", tmp_path / "build"
    recipe.write_text(STREET.read_text())
    export(recipe, build, "torchscript-int8")
    take_torch = partial(take, build, model="int8-tensor.pt", target="torchscript")
    path = kept(tmp_path, take_torch())
    recipe.write_text(STREET.read_text().replace("nn.Hardswish()", "nn.ReLU()"))
    said = refused(build, path)
    assert "again gives a file with SHA-256 " in said
    assert "run `onpar export`, copy the file to the target and capture again" in said
    export(recipe, build, "torchscript-int8")
    path = kept(tmp_path, take_torch())
    goldens(build, path)
    assert checked(build, path)[0] == 0


def test_a_missing_file_that_it_is_made_from_is_named(exported: Path, tmp_path: Path) -> None:
    build = only_exports(exported, tmp_path / "build")
    path = kept(tmp_path, take(build, model=ONNX))
    model_of(build, "fp32-tensor.onnx").unlink()
    assert "fp32-tensor.onnx, which it is made from, is not in " in refused(build, path)
    export(STREET, build, "onnx-int8")
    goldens(build, path)
