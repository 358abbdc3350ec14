"""The sidecar, there and back again; what may not be in it; and the recipe's digest."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from preps import Prep, drawing, prep_of
from samples import MODEL, SIZE, artifact, sha
from sidecars import sealed

from onpar.parity.contract.chain_check import chain_faults
from onpar.parity.contract.chains import photo
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path, sidecar_text
from onpar.parity.contract.spec import ModelSpec, SpecError, canonical_json
from onpar.parity.contract.steps import STEPS, AnyStep
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import FLOAT32

PREP = prep_of(MODEL)
CLASSMAP = drawing(MODEL)

RESIZE = "steps[1] (resize-image)"

UNKNOWN_KIND = f"steps[4].step is 'equalize', this onpar knows {', '.join(STEPS)}; update onpar, "

NESTED = b'{"version": "onpar-artifact/2", "more":' + b"[" * 100_000


def test_a_sidecar_is_read_as_it_was_written(tmp_path: Path) -> None:
    for written in (artifact(), artifact(tolerance=None, engine="qnnpack", cases=())):
        path = sidecar_path(tmp_path / written.file)
        path.write_text(sidecar_text(written), encoding="utf-8")
        assert path.name == "sample.onnx.json"
        assert replace(read_sidecar(path), sidecar_sha256="") == written


def test_the_sidecar_holds_what_a_host_needs_under_these_names(tmp_path: Path) -> None:
    written = json.loads(sidecar_text(artifact()))
    assert written["version"] == "onpar-artifact/2"
    assert written["model"]["inputs"] == [
        {"name": "image", "shape": [1, 3, 3, 4], "dtype": "float32", "groups": None}
    ]
    assert written["steps"] == [
        {"step": "decode-image", "takes": ["photo"], "makes": ["decoded"]},
        {
            "step": "resize-image",
            "takes": ["decoded"],
            "makes": ["resized"],
            "height": 3,
            "width": 4,
            "fit": "stretch",
            "pad": [0, 0, 0],
            "shorter": 0,
            "filter": "bilinear",
            "antialias": True,
        },
        {
            "step": "normalize",
            "takes": ["resized"],
            "makes": ["image"],
            "mean": [0.5, 0.5, 0.5],
            "std": [0.25, 0.25, 0.25],
            "channels": "rgb",
            "layout": "NCHW",
            "dtype": "float32",
        },
        {"step": "run", "takes": ["image"], "makes": ["out"]},
        {
            "step": "argmax",
            "takes": ["out"],
            "makes": ["classmap"],
            "classes": ["nothing", "something"],
            "palette": [[0, 0, 0], [128, 0, 0]],
        },
    ]
    assert written["steps"] == written["model"]["steps"]
    assert written["runs"] == [3, 3]
    assert json.loads(sidecar_text(artifact(io="image")))["runs"] == [2, 4]
    assert written["inputs"] == written["model"]["inputs"]
    assert written["outputs"] == written["model"]["outputs"]
    dog = sha("dog")
    assert written["cases"] == [
        {"name": "dog", "sources": [{"name": "photo", "file": "dog.png", "sha256": dog}]}
    ]


def damaged(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "sample.onnx.json"
    text = sidecar_text(artifact())
    assert old in text
    path.write_text(text.replace(old, new))
    return path


@pytest.mark.parametrize(
    "version, update",
    [
        ("onpar-artifact/3", "update onpar, or "),
        ("onpar-artifact/10", "update onpar, or "),
        ("onpar-artifact/1", ""),
        ("onpar-artifact/0", ""),
        ("onpar-run/2", ""),
        ("", ""),
    ],
)
def test_another_version_says_what_it_is_and_which_model_to_export_again(
    tmp_path: Path, version: str, update: str
) -> None:
    path = damaged(tmp_path, '"onpar-artifact/2"', json.dumps(version))
    with pytest.raises(SpecError) as refused:
        read_sidecar(path)
    assert str(refused.value) == (
        f"{path}: is {version!r}, this onpar reads 'onpar-artifact/2'; {update}run `onpar export` "
        f"(recipe {artifact().options.recipe!r}, size {artifact().options.height}x"
        f"{artifact().options.width}, weights {artifact().weights!r})"
    )


def test_a_version_from_the_future_may_have_other_fields(tmp_path: Path) -> None:
    path = tmp_path / "sample.onnx.json"
    path.write_text('{"version": "onpar-artifact/3", "everything": "else"}')
    with pytest.raises(SpecError, match="update onpar"):
        read_sidecar(path)


@pytest.mark.parametrize("bound", ["Infinity", "-Infinity", "NaN", "-1.0", "1e999", '"8"', "null"])
@pytest.mark.parametrize("name", ["max_floors", "rms_floors"])
def test_a_tolerance_that_excuses_anything_is_refused(
    tmp_path: Path, name: str, bound: str
) -> None:
    value = {"max_floors": FLOAT32.max_floors, "rms_floors": FLOAT32.rms_floors}[name]
    path = damaged(tmp_path, f'"{name}": {value}', f'"{name}": {bound}')
    with pytest.raises(SpecError, match="not a readable sidecar"):
        read_sidecar(path)


def test_a_tolerance_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = damaged(tmp_path, json.dumps(FLOAT32.reason, ensure_ascii=False), '" "')
    with pytest.raises(SpecError, match="needs a reason"):
        read_sidecar(path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"fit": "stretch"', '"fit": "squeeze"', f"{RESIZE}: fit is 'squeeze', expected one of"),
        ('"height": 3,', '"height": 0,', f"{RESIZE}: height is 0, expected 1 to 65535"),
        ('"step": "argmax"', '"step": "equalize"', UNKNOWN_KIND),
        ('"bytes": 1234', '"bytes": "many"', "not a readable sidecar ("),
        ('"sha256"', '"sha"', "not a readable sidecar ("),
        ('"max_drop": null', '"max_drop": 101', "max_drop is 101.0, expected a number from 0 to"),
        ('"max_drop": null', '"max_drop": -0.5', "max_drop is -0.5, expected a number from 0 to"),
        ('"max_drop": null', '"max_drop": true', "not a readable sidecar ("),
        ("{", "[", "not a readable sidecar ("),
        ("}", "", "not a readable sidecar ("),
    ],
)
def test_a_damaged_sidecar_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = damaged(tmp_path, old, new)
    with pytest.raises(SpecError, match=rf"{re.escape(says)}.*(; |or )run `onpar export`"):
        read_sidecar(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", NESTED, b"null", b"{}"])
def test_what_is_no_sidecar_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    for wrong in (path, tmp_path / "absent.json", tmp_path):
        with pytest.raises(SpecError, match="run `onpar export`"):
            read_sidecar(wrong)


CHANGED: dict[str, Any] = {
    "recipe": "other",
    "inputs": (TensorSpec("picture", (1, 3, 3, 4)),),
    "outputs": (TensorSpec("out", (1, 2, 3, 5)),),
    "steps": (*replace(PREP, width=5).steps, CLASSMAP),
}
CHANGED_CLASSMAP: dict[str, Any] = {
    "takes": ("aux",),
    "makes": ("classes",),
    "classes": ("something", "nothing"),
    "palette": ((0, 0, 0), (0, 0, 128)),
}
CHANGED_PREP: dict[str, Any] = {
    "input": "picture",
    "height": 4,
    "width": 3,
    "mean": (0.5, 0.5, 0.5000001),
    "std": (0.25, 0.25, 0.26),
    "fit": "crop",
    "pad": (0, 0, 1),
    "shorter": 4,
    "filter": "bicubic",
    "antialias": False,
}


def test_the_recipes_digest_changes_with_each_field() -> None:
    assert CHANGED.keys() == {f.name for f in fields(ModelSpec)}
    assert CHANGED_PREP.keys() == {f.name for f in fields(Prep)}
    assert CHANGED_CLASSMAP.keys() == set(Argmax.__struct_fields__)
    changed = [replace(MODEL, **{name: value}) for name, value in CHANGED.items()]
    changed += [
        replace(MODEL, steps=(*replace(PREP, **{name: value}).steps, CLASSMAP))
        for name, value in CHANGED_PREP.items()
    ]
    changed += [
        replace(MODEL, inputs=(replace(MODEL.inputs[0], **one),))
        for one in ({"name": "x"}, {"shape": (3, 3, 4)}, {"dtype": "uint8"})
    ]
    changed += [
        replace(MODEL, steps=(*PREP.steps, structs.replace(CLASSMAP, **{name: value})))
        for name, value in CHANGED_CLASSMAP.items()
    ]
    digests = {model.sha256 for model in (MODEL, *changed)}
    assert len(digests) == len({canonical_json(model) for model in (MODEL, *changed)}) > 15


def test_the_recipes_digest_is_of_its_canonical_json() -> None:
    assert MODEL.sha256 == replace(MODEL).sha256
    # One digest written down: were it another on the next machine, captures would be WRONG_RECIPE.
    assert canonical_json({"b": (1, 2), "a": 0.5}) == '{"a":0.5,"b":[1,2]}'


def fault(steps: tuple[AnyStep, ...]) -> str:
    """The first of a chain to the sample's network."""
    model = replace(MODEL, steps=steps)
    return next(chain_faults(model.steps, model.inputs, model.outputs))


@pytest.mark.parametrize(
    ("size", "says"),
    [
        ((0, 4), "height is 0"),
        ((3, 0), "width is 0"),
        ((-1, 4), "height is -1"),
        ((65536, 4), "height is 65536"),
    ],
)
def test_an_image_size_that_cannot_be_is_refused(size: tuple[int, int], says: str) -> None:
    assert fault(photo("image", *size)) == f"{RESIZE}: {says}, expected 1 to 65535"


def test_an_unknown_fit_lists_the_known() -> None:
    assert fault(photo("image", *SIZE, fit="squeeze")) == (
        f"{RESIZE}: fit is 'squeeze', expected one of stretch, letterbox, crop, shorter"
    )


def test_a_sidecar_without_groups_has_the_same_recipe_digest(tmp_path: Path) -> None:
    path = tmp_path / "sample.onnx.json"
    content = json.loads(sidecar_text(artifact()))
    for spec in (*content["model"]["inputs"], *content["model"]["outputs"]):
        del spec["groups"]
    path.write_text(sealed(content), encoding="utf-8")
    assert read_sidecar(path).model.sha256 == MODEL.sha256


def test_a_sidecar_older_than_the_limit_of_the_drop_has_none(tmp_path: Path) -> None:
    path = tmp_path / "sample.onnx.json"
    content = json.loads(sidecar_text(artifact()))
    del content["max_drop"]
    path.write_text(sealed(content), encoding="utf-8")
    assert read_sidecar(path).max_drop is None


def test_a_sidecar_older_than_its_digest_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sample.onnx.json"
    content = json.loads(sidecar_text(artifact()))
    del content["sidecar_sha256"]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SpecError, match=r"is of an older onpar: .*run `onpar export`"):
        read_sidecar(path)


def test_a_mean_of_integers_is_the_same_recipe_when_its_sidecar_is_read(tmp_path: Path) -> None:
    model = replace(MODEL, steps=photo("image", 3, 4, (0, 0, 0), (1, 1, 1)))
    path = tmp_path / "sample.onnx.json"
    path.write_text(sidecar_text(artifact(model=model, recipe_sha256=model.sha256)))
    assert read_sidecar(path).model.sha256 == model.sha256
