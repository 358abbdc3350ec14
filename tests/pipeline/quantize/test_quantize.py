"""`onpar quantize` finds the layer that int8 cannot hold, and says what to write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from artifacts import artifacts
from calls import refusal
from here import onpar_here
from numpy.typing import NDArray
from planted_layer import BAD, SIZE, written
from torch import nn

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets import TARGETS

RUNS = {"torchscript": "torchscript", "onnx": "onnxruntime", "pte": "executorch"}
"""The target that runs each format."""

LIMIT = 6.0
"""Percentage points of relative error."""


@dataclass(frozen=True)
class Found:
    """The recipe's file, the build, and what the command printed."""

    recipe: Path
    build: Path
    said: str


def quantize(recipe: Path, build: Path, *more: str | Path) -> Any:
    words = ("--recipe", recipe, "--size", SIZE, "--build", build)
    return onpar_here("quantize", *words, *more)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    folder = tmp_path_factory.mktemp("quantize")
    recipe, build = written(folder), folder / "build"
    done = quantize(recipe, build, "--max-drop", str(LIMIT))
    assert done.returncode == 0, done.stdout + done.stderr
    yield Found(recipe, build, done.stdout)


def test_the_planted_layer_is_found_first_and_kept_by_every_quantizer(found: Found) -> None:
    done = quantize(found.recipe, found.build, "--max-drop", str(LIMIT), "--json")
    made = json.loads(done.stdout)
    assert [one["quantizer"] for one in made["searches"]] == ["FX", "ONNX", "PT2E"]
    for one in made["searches"]:
        assert one["layers"][0]["name"] == BAD
        assert [layer["name"] for layer in one["layers"] if layer["kept"]] == [BAD]
        assert one["layers"][0]["cost"] > 5 * one["layers"][1]["cost"]
        assert one["before"]["drop"] > 2 * LIMIT > 2 * one["after"]["drop"]
        assert one["after"]["bytes"] - one["before"]["bytes"] == 3 * 16 * 16 * 9
    assert [one["alone"] for one in made["searches"]] == [
        [],
        ["onnx-int8wo"],
        ["coreml-int8wo"],
    ]
    for one in made["searches"][1:]:
        assert one["weights_alone"]["drop"] > 2 * LIMIT, "the planted layer's are the cause"


def test_the_limit_holds_when_the_line_is_pasted_and_the_files_run(found: Found) -> None:
    [line] = re.findall(r"^In the recipe: (float_layers=.*,)$", found.said, re.M)
    assert line == f'float_layers=("{BAD}",),'
    pasted = written(found.recipe.parent, ("build=build,", f"build=build, {line}"), name="new.py")
    for recipe, holds in ((found.recipe, False), (pasted, True)):
        chosen = [word for name in RUNS for word in ("--format", f"{name}-int8")]
        words = ("--recipe", recipe, "--size", SIZE, "--build", found.build / recipe.stem)
        done = onpar_here("export", *words, *chosen)
        assert done.returncode == 0, done.stderr
        for name in RUNS:
            assert (error_of(recipe, found.build / recipe.stem, name) <= LIMIT) == holds, name


def test_the_file_is_taken_instead_of_the_line(found: Found) -> None:
    [file] = re.findall(r"--float-layers (\S+)$", found.said, re.M)
    assert json.loads(Path(file).read_text()) == {name: [BAD] for name in (*RUNS, "coreml")}
    words = ("--recipe", found.recipe, "--size", SIZE, "--build", found.build)
    done = onpar_here("export", *words, "--format", "onnx-int8", "--float-layers", file)
    assert done.returncode == 0, done.stderr
    assert error_of(found.recipe, found.build, "onnx") <= LIMIT


def error_of(path: Path, build: Path, name: str, precision: str = "int8") -> float:
    """The relative RMS error of the file's worst case on the real runtime, in percent."""
    recipe = load_recipe(RecipeOptions(str(path), 32, 32))
    file, artifact = artifacts(build)[f"{name}-{precision}-tensor"]
    loaded = import_module(TARGETS[RUNS[name]].module).load(read_content(file), artifact, 1)
    module = build_module(recipe)
    return max(relative(loaded.run(inputs), module, inputs) for inputs in recipe.samples())


def relative(
    made: Mapping[str, NDArray[Any]], module: nn.Module, inputs: Mapping[str, NDArray[Any]]
) -> float:
    with torch.no_grad():
        wanted = module(torch.from_numpy(inputs["image"])).numpy()
    off = made["scores"] - wanted
    return float(100 * np.sqrt(np.mean(off**2) / np.mean(wanted**2)))


def test_the_table_and_the_page_show_every_layer(found: Found) -> None:
    page = (found.build / "quantize" / "mine-32x32-built.html").read_text()
    assert re.search(rf"{re.escape(BAD)} +│ 2,304 +│ \d+\.\d+% +│ float", found.said)
    for name in ("body.0", "body.2", BAD, "body.6", "head"):
        assert found.said.count(f" {name} ") == 3 and page.count(f">{name}<") == 3
    assert page.count('<svg class="costs"') == 3 and page.count("<rect class=float ") == 3
    assert "<script" not in page and "http:" not in page and "https:" not in page
    line = f'In the recipe: <code>float_layers={{"torchscript": ("{BAD}",)}},</code>'
    assert line in page.replace("&#34;", '"')


def test_a_limit_that_no_choice_holds_is_reported_with_the_figure_reached(
    found: Found,
) -> None:
    """A sigmoid has no weights, and its result is quantized."""
    changes = ("return self.head(self.body(image))", "return self.head(self.body(image)).sigmoid()")
    recipe = written(found.recipe.parent, changes, name="bounded.py")
    build = found.build / "bounded"
    done = quantize(recipe, build, "--format", "onnx", "--max-drop", "0.001")
    assert done.returncode == 1
    assert "onnx: the limit of 0.001 points does not hold however many" in done.stdout
    [reached] = re.findall(r"float it is (\d+\.\d+)", " ".join(done.stdout.split()))
    assert 0.001 < float(reached) < LIMIT
    assert "In the recipe" not in done.stdout
    assert json.loads((build / "quantize" / "bounded-32x32-built.json").read_text()) == {}


def test_a_limit_that_only_the_weights_alone_hold_names_them_and_their_file_holds_it(
    found: Found,
) -> None:
    """A thousand is added, whose int8 steps are larger than what it is added to."""
    recipe = written(
        found.recipe.parent,
        ("self.body[4].weight[:, 0, 1, 1] = 40", "pass"),
        ("self.head(self.body(image))", "self.head((self.body(image) + 1000).relu() - 1000)"),
        name="offset.py",
    )
    build = found.build / "offset"
    done = quantize(recipe, build, "--format", "onnx", "--max-drop", str(LIMIT))
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "weights alone: onnx-int8wo" in said
    [name] = re.findall(r"It holds with the weights alone in int8: --format (\S+)\.", said)
    words = ("--recipe", recipe, "--size", SIZE, "--build", build)
    done = onpar_here("export", *words, "--format", name)
    assert done.returncode == 0, done.stderr
    assert error_of(recipe, build, *name.split("-")) <= LIMIT


def test_a_limit_that_int8_holds_needs_no_layer(found: Found) -> None:
    done = quantize(found.recipe, found.build, "--format", "onnx", "--max-drop", "1000")
    assert done.returncode == 0
    assert "every layer may be in int8" in done.stdout
    assert 'In the recipe: float_layers={"onnx": ()},' in done.stdout


REFUSED = {
    "format": (
        ("--format", "ptl"),
        "--format ptl: onpar quantize searches for torchscript, onnx, ",
    ),
    "origin": (("--format", "ort"), "its int8 is made from onnx's, name that"),
    "images": (("--images", "absent"), "--images absent: no such folder; name the folder of the"),
    "layers": (("--float-layers", "x.json"), "onpar quantize finds them itself; leave it out"),
    "limit": (("--max-drop", "0"), "0 is not a finite number above 0"),
    "no number": (("--max-drop", "nan"), "nan is not a finite number above 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_it_cannot_use_is_refused(found: Found, name: str) -> None:
    words, says = REFUSED[name]
    given = ("--recipe", found.recipe, "--size", SIZE, "--build", found.build)
    assert says in refusal("quantize", *given, *words)
