"""Faults of coremltools 9.0 that the check at export finds: a test that fails here says that one is
fixed, and that what is done about it may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
import pytest
import torch
from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY
from torch import Tensor, nn
from torch.nn import functional as F

from onpar.exporters import Source, coreml
from onpar.exporters.errors import ExportError
from onpar.exporters.graphs import coreml_operators
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.export.conversion_check import check
from onpar.pipeline.targets.mil.evaluation import make_ready, run
from onpar.pipeline.targets.mil.package import read_package

X = (5 * torch.rand(1, 8, generator=torch.Generator().manual_seed(0)) - 1).contiguous()

FAULTS: dict[str, Callable[[Tensor], Tensor]] = {
    "alpha of add": lambda x: torch.add(x, x * x, alpha=0.5),
    "alpha of sub": lambda x: torch.sub(x, x * x, alpha=3),
    "approximate of gelu": lambda x: F.gelu(x, approximate="tanh"),
    "zeros of x % 1": lambda x: x % 1,
    "maximum in rms_norm": lambda x: F.rms_norm(x, (8,), eps=0.1),
}


class Each(nn.Module):
    def __init__(self, *functions: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.functions = functions

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return tuple(one(x) for one in self.functions)


@pytest.fixture(scope="module")
def converted() -> dict[str, np.ndarray]:
    """What coremltools' conversion of torch.export computes, all at once."""
    program = torch.export.export(Each(*FAULTS.values()).eval(), (X,)).run_decompositions({})
    names = [f"y{index}" for index in range(len(FAULTS))]
    model = ct.convert(
        program,
        inputs=[ct.TensorType(name="x", shape=X.shape)],
        outputs=[ct.TensorType(name=name) for name in names],
        compute_precision=ct.precision.FLOAT32,
        minimum_deployment_target=ct.target.iOS15,
        skip_model_load=True,
    )
    content = read_content(Path(model.package_path))
    assert not isinstance(content, bytes)
    got = run(make_ready(read_package(content, "m").main, "m"), {"x": X})
    return {fault: got[name].numpy() for fault, name in zip(FAULTS, names, strict=True)}


@pytest.mark.parametrize("fault", FAULTS)
def test_coremltools_still_converts_it_wrongly(
    fault: str, converted: dict[str, np.ndarray]
) -> None:
    expected = FAULTS[fault](X).numpy()
    assert np.abs(converted[fault] - expected).max() > 1e-4 * np.abs(expected).max()


def test_coremltools_still_has_no_operator_of_ours() -> None:
    for name, converter in coreml_operators.CONVERTERS.items():
        assert _TORCH_OPS_REGISTRY[name] is converter


def source(function: Callable[[Tensor], Tensor]) -> Source:
    module = Each(function).eval()
    model = ModelSpec("fault", (TensorSpec("x", (1, 8)),), (TensorSpec("y", (1, 8)),))
    one = Source(module, None, model, "fp32", "tensor", lambda: iter([{"x": X.numpy()}]))
    return replace(one, check=partial(check, one, Path(__file__)))


def made(function: Callable[[Tensor], Tensor], folder: Path) -> Any:
    coreml.export(source(function), folder / "m.mlpackage")
    content = read_content(folder / "m.mlpackage")
    assert not isinstance(content, bytes)
    return run(make_ready(read_package(content, "m").main, "m"), {"x": X})["y"].numpy()


@pytest.mark.parametrize("fault", ["approximate of gelu", "maximum in rms_norm"])
def test_what_another_way_converts_right_is_shipped_by_that_way(fault: str, tmp_path: Path) -> None:
    expected = FAULTS[fault](X).numpy()
    np.testing.assert_allclose(made(FAULTS[fault], tmp_path), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("fault", ["alpha of add", "zeros of x % 1"])
def test_what_no_way_converts_right_is_refused_with_the_operator_and_its_line(
    fault: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="computes something else: output y is off") as error:
        made(FAULTS[fault], tmp_path)
    operator = {"alpha of add": "aten.add.Tensor", "zeros of x % 1": "aten.remainder.Scalar"}[fault]
    assert f"first at operator {operator}, line " in str(error.value)
