"""What the check at export calls right, inexact, and wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from onpar.exporters import Source
from onpar.exporters.checked import Checked
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.export.conversion_check import _int8, _scores

X = {"x": np.linspace(-1, 1, 64, dtype=np.float32)[None]}


class Wave(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sin(3 * x) * self.scale

    scale = 1.0


class Overflows(nn.Module):
    """Its half precision is infinite on the way."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x * 1e6) / 1e6


def checked(module: nn.Module, precision: str, error: float) -> Checked:
    model = ModelSpec("m", (TensorSpec("x", (1, 64)),), (TensorSpec("y", (1, 64)),))
    source = Source(module.eval(), None, model, precision, "tensor", lambda: iter([X]))
    right: NDArray[Any] = module(torch.from_numpy(X["x"])).numpy()

    def evaluate(sample: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        return {"y": right + np.float32(error)}

    if precision == "int8":
        tupled = lambda x: (module(x),)  # noqa: E731
        return _int8(source, evaluate, tupled, X)  # type: ignore[arg-type]
    return _scores(source, evaluate, module, X)


@pytest.mark.parametrize(
    ("precision", "error", "right", "fault"),
    [
        ("fp32", 1e-7, True, False),
        ("fp32", 1e-4, False, False),
        ("fp32", 2e-3, False, True),
        ("fp32", np.nan, False, True),
        ("fp16", 2e-3, True, False),
        ("fp16", 0.1, False, True),
        ("int8", 0.1, True, False),
        ("int8", 1.0, False, True),
    ],
)
def test_an_error_is_right_inexact_or_wrong_by_its_precision(
    precision: str, error: float, right: bool, fault: bool
) -> None:
    found = checked(Wave(), precision, error)
    assert (found.right, bool(found.fault)) == (right, fault)


@pytest.mark.parametrize(("error", "fault"), [(0.01, False), (0.5, True)])
def test_what_half_precision_overflows_in_pytorch_is_compared_all_the_same(
    error: float, fault: bool
) -> None:
    assert bool(checked(Overflows(), "fp16", error).fault) is fault


def test_outputs_of_zeros_are_right_where_they_are_zeros() -> None:
    zeros = Wave()
    zeros.scale = 0.0
    assert checked(zeros, "fp32", 0.0).right
    assert checked(zeros, "fp32", 1e-3).fault
    assert checked(zeros, "int8", 1e-3).fault
