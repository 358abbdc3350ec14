"""Models of the user's own, from a recipe file to the verdict, as the command line runs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from builds import ROBOLECTRIC, targets_but
from calls import refusal
from captured_digests import assert_as_recorded
from here import onpar_here
from matrix import unlike_phones
from preps import prep_of

from onpar.exporters import VARIANTS
from onpar.parity.contract.capture import read_capture, write_capture
from onpar.parity.contract.sidecar import read_sidecar
from onpar.pipeline.cli.recipe_start import START
from onpar.pipeline.paths import ROOT
from onpar.pipeline.targets import unmet_requirements

RECIPES = ROOT / "tests" / "user_recipes"

Rows = Mapping[tuple[str, str], set[str]]
"""Target and variant, and the statuses of the cases."""


def rows_of(
    recipe: Path,
    size: str | None,
    build: Path,
    *formats: str,
    code: int = 0,
    but: str = "",
) -> Rows:
    """Everything that `onpar parity` judges, which must be on par unless another code is
    expected; where a target is left out (`but`), on the others that run here."""
    others = targets_but(but, *formats) if but else []
    targets = [word for name in others for word in ("--target", name)]
    chosen = [word for name in formats for word in ("--format", name)]
    model: list[str | Path] = ["--recipe", recipe, *(("--size", size) if size else ())]
    command = ("parity", *model, *chosen, *targets, "--allow-unjudged", "--build", build, "--json")
    done = onpar_here(*command)
    assert done.returncode == code, done.stdout + done.stderr
    verdicts = json.loads(done.stdout)
    rows: dict[tuple[str, str], set[str]] = {}
    for row, verdict in zip(verdicts["rows"], verdicts["run"]["verdicts"], strict=True):
        rows.setdefault((verdict["target"], verdict["variant"]), set()).add(row["status"])
    return rows


def expected(row: tuple[str, str], left_out: tuple[str, ...]) -> str:
    """Every precision is on par, and Core ML has no Mac here."""
    target, variant = row
    if (
        unmet_requirements(target)
        or variant in left_out
        or target in left_out
        or unlike_phones(variant)
    ):
        return "NOT_RUN"
    return "PASS"


def assert_on_par(rows: Rows, *left_out: str) -> None:
    assert {row: expected(row, left_out) for row in rows} == {
        row: " ".join(statuses) for row, statuses in rows.items()
    }


ONE_PHOTO = ("android-host", "android-robolectric", "ios-host")
"""The targets that give a model a photo and nothing else."""

NO_CLASS_MAP = tuple(name for name, variant in VARIANTS.items() if variant.io == "image")
INT8_BY_FX = ("torchscript-int8-tensor", "ptl-int8-tensor")
FP32 = ("torchscript-fp32", "ptl-fp32", "onnx-fp32", "ort-fp32", "pte-fp32", "pte_portable")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that `--init` writes: a classifier of torchvision's."""
    path = tmp_path_factory.mktemp("start") / "my_recipe.py"
    done = onpar_here("recipes", "--init", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"wrote {path}; change it, then: onpar parity --recipe {path} --size 224x224\n"
    )
    return path


@pytest.fixture(scope="module")
def start_build(start: Path) -> Path:
    """What `onpar parity` makes of it, small and in two formats."""
    build = start.parent / "build"
    rows = rows_of(start, "64x64", build, "torchscript-fp32", "onnx-fp32")
    assert_on_par(rows, *NO_CLASS_MAP)
    assert {target for target, _ in rows} == {
        "pytorch-eager",
        "torchscript",
        "onnxruntime",
        *ONE_PHOTO,
    }
    return build


def test_the_start_has_at_most_25_lines_and_says_its_own_name(start: Path) -> None:
    assert len(START.splitlines()) <= 25
    assert start.read_text() == START.replace("my_recipe.py", str(start))


def test_the_start_is_on_par_as_it_is(start_build: Path) -> None:
    assert (start_build / "reports" / "my_recipe-64x64-built" / "report.html").exists()


@pytest.mark.slow
def test_the_start_is_on_par_in_every_format(start: Path, tmp_path: Path) -> None:
    rows = rows_of(start, "96x128", tmp_path)
    assert {variant for _, variant in rows} == VARIANTS.keys()
    assert_on_par(rows, *NO_CLASS_MAP)


def test_a_start_is_never_written_over_a_file(start: Path) -> None:
    before = start.read_bytes()
    assert refusal("recipes", "--init", start).endswith("name another file, or edit this one")
    assert start.read_bytes() == before


@pytest.mark.parametrize("name", ["recipe.txt", "my-recipe.py", "deeplabv3_resnet50.py"])
def test_a_start_that_could_not_be_a_recipe_is_refused(tmp_path: Path, name: str) -> None:
    said = refusal("recipes", "--init", tmp_path / name)
    assert said.endswith("expected a new name of letters, digits and _, such as my_recipe.py")
    assert not list(tmp_path.iterdir())


def test_the_list_of_recipes_says_how_to_make_ones_own() -> None:
    assert "onpar recipes --init my_recipe.py" in onpar_here("recipes").stdout


@pytest.mark.parametrize(
    "formats",
    [("ptl-fp32", "onnx", "coreml-fp16"), pytest.param((), marks=pytest.mark.slow)],
    ids=["some", "all"],
)
def test_several_inputs_and_a_dictionary_of_outputs(
    tmp_path: Path, formats: tuple[str, ...]
) -> None:
    rows = rows_of(RECIPES / "photo_and_text.py", "32x48", tmp_path, *formats)
    assert formats or {variant for _, variant in rows} == VARIANTS.keys()
    assert_on_par(rows, *NO_CLASS_MAP, *ONE_PHOTO)
    [program, *_] = sorted((tmp_path / "artifacts").glob("*.mlpackage"))
    assert (program / "Data" / "com.apple.CoreML" / "model.mlmodel").stat().st_size > 1000
    assert_as_recorded(tmp_path)


@pytest.mark.parametrize(
    ("formats", "but"),
    [
        (("torchscript", "ptl-fp32", "onnx-fp32", "pte-fp32"), ROBOLECTRIC),
        pytest.param(("torchscript", *FP32), "", marks=pytest.mark.slow),
    ],
    ids=["most", "all"],
)
def test_a_tuple_of_outputs_of_a_module_that_must_be_traced(
    tmp_path: Path, formats: tuple[str, ...], but: str
) -> None:
    rows = rows_of(RECIPES / "pyramid.py", "32x48", tmp_path, *formats, but=but)
    assert_on_par(rows, *NO_CLASS_MAP, *INT8_BY_FX)
    assert rows["torchscript", "torchscript-int8-tensor"] == {"NOT_RUN"}
    assert_as_recorded(tmp_path)


@pytest.mark.slow
def test_a_model_output_of_hugging_face_with_a_small_class_map(tmp_path: Path) -> None:
    chosen = ("torchscript", "onnx-fp32-tensor")
    rows = rows_of(RECIPES / "segformer.py", "64x96", tmp_path, *chosen, code=1)
    # Its attention is newer than the PyTorch that the Android app pins; onnxruntime has it all.
    scripts = {("android-device", f"torchscript-fp32-{io}") for io in ("tensor", "image")}
    assert {row for row, said in rows.items() if said == {"UNLOADABLE"}} == scripts
    assert_on_par({row: said for row, said in rows.items() if row not in scripts}, *INT8_BY_FX)
    assert rows["torchscript", "torchscript-fp32-image"] == {"PASS"}
    [sidecar] = tmp_path.glob("artifacts/*-image.pt.json")
    assert [spec.shape for spec in read_sidecar(sidecar).outputs] == [(16, 24)]
    assert_as_recorded(tmp_path)


@pytest.mark.parametrize(
    ("formats", "but"),
    [
        (("onnx-fp32",), ROBOLECTRIC),
        pytest.param((*FP32, "coreml-fp32"), "", marks=pytest.mark.slow),
    ],
    ids=["onnx", "all"],
)
def test_a_model_of_int8_that_makes_a_picture(
    tmp_path: Path, formats: tuple[str, ...], but: str
) -> None:
    rows = rows_of(RECIPES / "painter.py", "32x48", tmp_path, *formats, but=but)
    assert_on_par(rows, *NO_CLASS_MAP)
    [path] = tmp_path.glob("captures/onnxruntime/*-tensor.onnx/coffee.safetensors")
    made = read_capture(path).tensors
    assert (made["image"].dtype.name, made["picture"].shape) == ("int8", (32, 48, 3))


def test_a_model_without_a_photo(tmp_path: Path) -> None:
    assert_on_par(
        rows_of(RECIPES / "recommender.py", None, tmp_path, *FP32), *NO_CLASS_MAP, *ONE_PHOTO
    )
    assert_as_recorded(tmp_path)


@pytest.mark.slow
def test_a_model_of_two_photos(tmp_path: Path) -> None:
    rows = rows_of(RECIPES / "stereo.py", "32x48", tmp_path, *FP32, "coreml-fp32")
    assert_on_par(rows, *NO_CLASS_MAP, *ONE_PHOTO)
    page = tmp_path / "reports" / "stereo-32x48-built" / "report.html"
    for title in ("Photo left", "Photo right"):
        assert f"<figcaption><b>{title}</b> as the target resized it" in page.read_text()


@pytest.mark.parametrize(("stage", "tensor"), [("normalize", "image"), ("run", "scores")])
def test_another_shape_than_the_artifacts_is_shape(
    start_build: Path, tmp_path: Path, stage: str, tensor: str
) -> None:
    [path] = start_build.glob("captures/onnxruntime/*/coffee.safetensors")
    capture = read_capture(path)
    other = capture.tensors[tensor].repeat(2, axis=-1)
    damaged = tmp_path / path.name
    write_capture(damaged, replace(capture, tensors={**capture.tensors, tensor: other}))
    done = onpar_here("check", damaged, "--build", start_build, "--json")
    assert done.returncode == 1, done.stderr
    [row] = json.loads(done.stdout)["rows"]
    assert (row["status"], row["stage"]) == ("SHAPE", stage)
    assert f"{tensor} has shape {list(other.shape)}, expected" in row["sentence"]


def test_the_sidecar_says_what_an_app_must_know_of_any_model(start_build: Path) -> None:
    [path] = start_build.glob("artifacts/*.onnx.json")
    artifact = read_sidecar(path)
    assert artifact.model.recipe == "my_recipe"
    assert [spec.shape for spec in artifact.inputs] == [(1, 3, 64, 64)]
    assert prep_of(artifact.model).fit == "crop"
    assert artifact.weights == "built"
