"""Int8 leaves arithmetic on integers as it is: positions, masks and indices stay exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from onpar.exporters import Source
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import fx_int8
from onpar.exporters.quantization.pt2e_int8 import quantized
from onpar.exporters.tracing.in_order import in_order
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec


class Positions(nn.Module):
    """Numbers added to and multiplied with integers, in front of a lookup and a layer."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.table = nn.Embedding(600, 8)
        self.layer = nn.Linear(8, 4)

    def forward(self, ids: Tensor, x: Tensor) -> Tensor:
        places = ids * 2 + 1
        rows = torch.arange(4).unsqueeze(0) + places - places
        found: Tensor = self.layer(self.table.weight[places] + x[0, rows] * 0.5)
        return found


def samples() -> Iterator[dict[str, np.ndarray]]:
    draw = np.random.default_rng(0)
    for _ in range(3):
        yield {"ids": draw.integers(0, 299, (1, 4)), "x": draw.random((1, 4, 8), "f4")}


def by_pt2e(source: Source) -> nn.Module:
    return quantized(source, quantizer(OBSERVER))


@pytest.mark.parametrize("quantize", [by_pt2e, fx_int8.quantized], ids=["PT2E", "FX"])
def test_indices_made_with_numbers_are_those_of_the_float_model(
    quantize: Callable[[Source], nn.Module],
) -> None:
    specs = (TensorSpec("ids", (1, 4), "int64"), TensorSpec("x", (1, 4, 8)))
    model = ModelSpec("mine", specs, (TensorSpec("y", (1, 4, 4)),))
    module = Positions().eval()
    source = Source(module, None, model, "int8", "tensor", samples)
    small = quantize(source)
    code = " ".join(str(node.target) for node in small.graph.nodes)  # type: ignore[union-attr]
    assert code.count("quantize_per_tensor") > 1
    for sample in samples():
        given = [torch.from_numpy(value) for value in sample.values()]
        with torch.no_grad():
            [got], expected = in_order(small(*given), ("y",)), module(*given)
        # Another row of the table would be off by far more than a quantization step.
        assert float((got - expected).abs().max()) < 0.05 * float(expected.abs().max())
