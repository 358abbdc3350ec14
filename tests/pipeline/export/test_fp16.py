"""float16 of the weights, run with every result rounded to float16: what half precision costs."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import torch
from artifacts import artifacts
from builds import RECIPE
from here import onpar_here
from present import present
from safetensors.torch import load_file
from torch import nn

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.metrics import distance
from onpar.pipeline.module.half import Rounding
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.weights.load_module import load_module

VARIANT = "safetensors-fp16-tensor"


def test_the_file_is_half_of_the_float32_one_and_holds_it_rounded(wide_build: Path) -> None:
    made = artifacts(wide_build)
    (path, half), (whole_path, whole) = made[VARIANT], made["safetensors-fp32-tensor"]
    assert half.bytes <= 0.51 * whole.bytes
    state = load_file(whole_path)
    for name, value in load_file(path).items():
        assert torch.equal(value, state[name].half())
    assert half.weights_sha256 == whole.sha256


def test_it_costs_what_float16_kernels_cost(wide_build: Path) -> None:
    made = artifacts(wide_build)
    folder = wide_build / "captures" / "pytorch-eager"
    simulated, exact = (
        read_capture(folder / made[name][0].name / "coffee.safetensors")
        for name in (VARIANT, "safetensors-fp32-tensor")
    )
    _, module = load_module(RecipeOptions(RECIPE, 96, 160), made["safetensors-fp32-tensor"][0])
    given = torch.from_numpy(exact.tensors["image"])
    with torch.inference_mode():
        kernels = module.half()(given.half())["out"].float().numpy()
    ref = exact.tensors["out"]
    snrs = [present(distance(got, ref).snr_db) for got in (simulated.tensors["out"], kernels)]
    print(f"simulated {snrs[0]:.1f} dB, kernels of float16 {snrs[1]:.1f} dB")
    assert abs(snrs[0] - snrs[1]) < 20 * math.log10(2)
    assert 30 < snrs[0] < 70
    # Whatever is in the capture went through float16.
    np.testing.assert_array_equal(
        simulated.tensors["out"], simulated.tensors["out"].astype(np.float16)
    )


class Views(nn.Module):
    """Takes parts of its input and of a buffer, as a detector does of its anchors."""

    anchors: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("anchors", torch.tensor([[1.0, 1 / 3]]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, :2] * self.anchors[None, 0]


def test_parts_of_inputs_and_of_weights_are_rounded_too() -> None:
    third, spec = np.float32(1 / 3), TensorSpec("y", (1, 2))
    inputs = {"x": np.full((1, 3), third)}
    with Rounding():
        out = run_module(Views(), inputs, (spec,))["y"]
    half = np.float16(third).astype(np.float32)
    assert out.tolist() == [[half, np.float16(half * half)]]


LARGE = """
import numpy as np
from torch import nn
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.recipes.recipe import Recipe

class Large(nn.Module):
    def forward(self, x):
        return (x * 1e5) * 1e-5

def recipe(options):
    model = ModelSpec(options.name, (TensorSpec("x", (1, 4)),), (TensorSpec("y", (1, 4)),))
    cases = {name: {"x": np.full((1, 4), k + 1.5, np.float32)} for k, name in enumerate("ab")}
    return Recipe(options, model, Large, inputs=cases)
"""


def test_a_value_beyond_65504_is_not_finite_and_the_reason_is_said(tmp_path: Path) -> None:
    recipe = tmp_path / "large.py"
    recipe.write_text(LARGE)
    options: list[str | Path] = [
        "--recipe",
        recipe,
        "--format",
        "safetensors-fp16",
        "--build",
        tmp_path / "build",
    ]
    done = onpar_here("parity", *options, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    verdicts = json.loads(done.stdout)["run"]["verdicts"]
    stages = [s for verdict in verdicts if verdict["variant"] == VARIANT for s in verdict["stages"]]
    [output] = {(s["status"], s["detail"]) for s in stages if s["stage"] == "run"}
    assert output[0] == "NONFINITE"
    assert "overflow of half precision" in output[1]
