"""The layers that int8 keeps in float32: the recipe's or those of --float-layers, checked before
anything is exported, and part of the keys of int8 alone."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import pytest
from artifacts import artifacts
from calls import refusal
from here import onpar_here
from onnx import TensorProto
from recipe_mistakes import also
from recipe_text import SIZE, written

NAMES = ("torchscript-int8-tensor", "onnx-int8-tensor")


def exported(path: Path, build: Path, *more: str | Path) -> dict[str, bool]:
    """Export TorchScript and ONNX; of each variant whether that was done anew."""
    chosen = ("--format", "torchscript-int8", "--format", "onnx-int8")
    done = onpar_here(
        "export", "--recipe", path, "--size", SIZE, *chosen, "--build", build, *more, "--json"
    )
    assert done.returncode == 0, done.stderr
    return {one["variant"]: one["fresh"] for one in json.loads(done.stdout)}


def in_float(build: Path) -> bool:
    """Whether the only layer of the ONNX file is float32."""
    path, _ = artifacts(build)["onnx-int8-tensor"]
    kinds = {one.data_type for one in onnx.load(path).graph.initializer if len(one.dims) == 4}
    assert len(kinds) == 1
    return kinds == {TensorProto.FLOAT}


def test_a_file_of_layers_exports_int8_again_and_nothing_else(tmp_path: Path) -> None:
    path, build, layers = written(tmp_path), tmp_path / "build", tmp_path / "layers.json"
    assert all(exported(path, build).values()) and not in_float(build)
    layers.write_text('{"onnx": ["conv"]}')
    fresh = exported(path, build, "--float-layers", layers)
    assert [name for name, one in fresh.items() if one] == ["onnx-int8-tensor"]
    assert in_float(build)
    assert artifacts(build)["onnx-int8-tensor"][1].calibration.endswith("; in float32: conv")
    layers.write_text('["conv"]')
    fresh = exported(path, build, "--float-layers", layers)
    assert [name for name, one in fresh.items() if one] == ["torchscript-int8-tensor"]
    fresh = exported(path, build)
    assert [name for name, one in fresh.items() if one] == [*NAMES]
    assert not in_float(build)


def test_a_layer_that_the_module_does_not_have_is_refused_with_the_one_that_is_meant(
    tmp_path: Path,
) -> None:
    build = tmp_path / "build"
    path = written(tmp_path, also("float_layers=('covn',)"))
    said = refusal("export", "--recipe", path, "--size", SIZE, "--build", build)
    assert said == (
        "onpar: recipe mine: float_layers names 'covn', which is not a module of what build() "
        "returns; did you mean 'conv'?"
    )
    assert not [*build.glob("artifacts/*.json")]
    path = written(tmp_path, also("float_layers={'onnx': ('conv',)}"))
    assert all(exported(path, build).values()) and in_float(build)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '["conv.weight"]',
            "which is not a module of what build() returns; did you mean 'conv'?",
        ),
        ("conv", "`onpar quantize` writes such a file"),
        (
            '{"ort": ["conv"]}',
            "names the format 'ort', expected onnx, which it is made from; `onpar",
        ),
        ('{"onnx": 3}', "float_layers['onnx'] is '3', expected a tuple of names of modules, as in"),
        ("", "layers.json: No such file or directory; `onpar quantize` writes such a file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, weights: tuple[Path, Path], text: str, says: str
) -> None:
    path, build = weights
    layers = tmp_path / "layers.json"
    if text:
        layers.write_text(text)
    more = ("--format", "onnx-int8", "--float-layers", layers, "--build", build)
    said = refusal("export", "--recipe", path, "--size", SIZE, *more)
    assert said.startswith(f"onpar: --float-layers {layers}: ") and says in said


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A recipe, and a build that has its weights."""
    folder = tmp_path_factory.mktemp("weights")
    path, build = written(folder), folder / "build"
    chosen = ("--format", "safetensors-fp32", "--build", build)
    assert onpar_here("export", "--recipe", path, "--size", SIZE, *chosen).returncode == 0
    return path, build
