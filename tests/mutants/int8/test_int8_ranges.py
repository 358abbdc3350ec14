"""The check of ranges names every layer's result with a wrong scale or zero point, and no honest
one; a calibration that is unlike the cases is refused, and another one is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from other_models import KINDS, int8_source, recipe_of
from PIL import Image
from torch import Tensor, nn
from wrong_ranges import WRONG, Plant, of_fx, of_onnx, of_pt2e

from onpar.exporters import Source
from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.errors import ExportError
from onpar.exporters.program import Program
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import fx_int8, pt2e_int8
from onpar.exporters.quantization.exact import fx_program, pt2e_program
from onpar.exporters.quantization.exact.ranges import Ranges
from onpar.exporters.quantization.held_ranges import WHOLE, faults
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.export import calibration
from onpar.pipeline.export.program_goldens import check_ranges, exact_cases
from onpar.pipeline.module.build_module import build_module

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

PLANTED = pytest.mark.parametrize("plant", [of_onnx, of_fx, of_pt2e], ids=["ONNX", "FX", "PT2E"])


SCORES = -2
"""The index of the U-Net's last layer but one, of LAYERS."""

LAYERS = 8

TRANSPOSED_IN_FX = "up"
"""FX gives it the range of the concatenation that follows, which its values fill to a third."""


def wrong(program: Program, source: Source, samples: int = 2) -> list[str]:
    """The faults over the first samples of the calibration."""
    ranges = Ranges(program.operators)
    for inputs in islice(source.samples(), samples):
        program.exact(inputs, ranges)
    return list(faults(program.operators, ranges.found, WHOLE))


def check_layer(plant: Plant, at: int, changes: Iterable[str]) -> None:
    source = int8_source("u-net", 0)
    for what in changes:
        name, program = plant(WRONG[what], at)
        found = wrong(program, source)
        assert found and found[0].startswith(f"{name}: "), f"{what}, {name}: {found}"


@PLANTED
def test_a_layer_with_a_wrong_range_is_named_first(plant: Plant) -> None:
    """The scores, whose values are much smaller than those of the layer before."""
    assert not wrong(plant(None, SCORES)[1], int8_source("u-net", 0))
    check_layer(plant, SCORES, WRONG)


@pytest.mark.slow
@PLANTED
def test_every_layer_with_a_wrong_range_is_named_first(plant: Plant) -> None:
    for at in range(LAYERS):
        name, _ = plant(None, at)
        if name != TRANSPOSED_IN_FX:
            check_layer(plant, at, ("scale × 4", "scale / 4", "scale × 40", "zero point ± 64"))


def in_onnx(source: Source, folder: Path) -> Program:
    plain = folder / "float.onnx"
    onnx_exporter.export(replace(source, precision="fp32"), plain)
    program = onnx_exporter.export(replace(source, file=plain), folder / "small.onnx").program
    assert program is not None
    return program


def fx(source: Source, _: Path) -> Program:
    return fx_program.program_of(fx_int8.quantized(source), source, lambda _: b"")


def pt2e(source: Source, _: Path) -> Program:
    return pt2e_program.program_of(pt2e_int8.quantized(source, quantizer(OBSERVER)), source)


@pytest.mark.slow
@pytest.mark.parametrize("make", [in_onnx, fx, pt2e])
@pytest.mark.parametrize("kind", [*KINDS])
def test_no_honest_program_is_named(
    kind: str, make: Callable[[Source, Path], Program], tmp_path: Path
) -> None:
    if kind == "attention" and make is fx:
        pytest.skip("FX cannot trace it")
    honest = int8_source(kind, 1)
    assert not wrong(make(honest, tmp_path), honest, samples=4)


class Fixed(nn.Module):
    """Ranges that the operators fix, one that two tensors have, and one of zeros alone."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3)

    def forward(self, image: Tensor) -> Tensor:
        x = nn.functional.relu6(20 * self.first(image))
        y = self.second(x)
        dead = nn.functional.relu(y - 100)
        parts = [y, x[:, :, 1:-1, 1:-1], dead, (0.001 * y).sigmoid(), (0.001 * y).tanh()]
        return torch.cat(parts, 1)


class SigmoidFirst(Fixed):
    """FX gives all parts of a concatenation the range of the first, here 0 to 1."""

    def forward(self, image: Tensor) -> Tensor:
        x = self.first(image)
        return torch.cat([x.sigmoid(), 20 * x], 1)


def source_of(module: nn.Module, channels: int, size: int) -> Source:
    torch.manual_seed(0)
    draw = np.random.default_rng(0)
    given = [{"image": draw.standard_normal((1, 3, 16, 16), "f4")} for _ in range(2)]
    inputs, outputs = (
        TensorSpec("image", (1, 3, 16, 16)),
        TensorSpec("y", (1, channels, size, size)),
    )
    model = ModelSpec(recipe="fixed", inputs=(inputs,), outputs=(outputs,))
    return Source(module.eval(), None, model, "int8", "tensor", lambda: iter(given))


@pytest.mark.parametrize("make", [in_onnx, fx])
def test_ranges_that_operators_fix_or_share_are_honest(
    make: Callable[[Source, Path], Program], tmp_path: Path
) -> None:
    source = source_of(Fixed(), 40, 12)
    assert not wrong(make(source, tmp_path), source)


def test_values_cut_off_by_the_range_of_another_operator_are_named(tmp_path: Path) -> None:
    source = source_of(SigmoidFirst(), 16, 14)
    [found] = wrong(fx(source, tmp_path), source)
    assert re.search("its range is 0 to 0.9961, .* are outside by more than 12.5% of", found)


def test_what_fx_multiplies_by_a_number_has_a_range_of_its_own(tmp_path: Path) -> None:
    program = fx(source := source_of(Fixed(), 40, 12), tmp_path)
    program.exact(next(iter(source.samples())), ranges := Ranges(program.operators))
    layer = ranges.found["first"]
    assert layer.width < 1.5 * (layer.high - layer.low)
    assert any(one.step == pytest.approx(20 * layer.step) for one in ranges.found.values())


def photos_in(folder: Path, pixels: NDArray[np.uint8]) -> str:
    folder.mkdir()
    Image.fromarray(pixels).save(folder / "photo.png")
    return str(folder)


def check_calibrated(folder: str) -> None:
    """As the export does, with the folder of photos to calibrate on."""
    recipe = recipe_of("u-net", 0)
    module = build_module(recipe).eval()
    taken = list(calibration.samples(recipe, folder))
    source = Source(module, None, recipe.model, "int8", "tensor", lambda: iter(taken))
    program = fx(source, Path(folder))
    ranges = Ranges(program.operators)
    list(exact_cases(recipe, program, ranges))
    check_ranges(recipe, program, ranges, folder, "torchscript-int8-tensor")


def test_a_calibration_unlike_the_cases_is_refused_and_another_folder_is_not(
    tmp_path: Path,
) -> None:
    black = photos_in(tmp_path / "black", np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(ExportError) as refused:
        check_calibrated(black)
    said = str(refused.value)
    assert said.startswith("the range of an int8 activation is not that of its values: quantize_")
    assert "with --calibration FOLDER, or leave this variant out: " in said
    assert said.endswith('left_out={"torchscript-int8-tensor": "why"}')
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    check_calibrated(photos_in(tmp_path / "others", noise))
