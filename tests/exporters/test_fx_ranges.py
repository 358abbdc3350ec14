"""FX gives an operator with a fixed range of results, such as a sigmoid, the range of what it takes
too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from programs import source
from torch import Tensor, nn

from onpar.exporters import FORMATS
from onpar.exporters.quantization.fx_int8 import quantized

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(autouse=True)
def engine() -> Iterator[None]:
    before = torch.backends.quantized.engine
    torch.backends.quantized.engine = FORMATS["torchscript"].engine
    yield
    torch.backends.quantized.engine = before


class Gated(nn.Module):
    """A sigmoid, or a hardsigmoid, of values from −8 to 8 that no int8 operator makes."""

    def __init__(self, gate: nn.Module) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer, self.between, self.gate = nn.Conv2d(3, 4, 1), nn.SiLU(), gate

    def forward(self, x: Tensor) -> Tensor:
        gated: Tensor = self.gate(self.between(self.layer(x)) * 4 - 4)
        return gated


class Sliced(Gated):
    def forward(self, x: Tensor) -> Tensor:
        gated: Tensor = (self.layer(x) * 4)[..., :8].sigmoid()
        return gated


@pytest.mark.parametrize(
    "module",
    [Gated(nn.Sigmoid()), Gated(nn.Hardsigmoid()), Sliced(nn.Sigmoid())],
    ids=["sigmoid", "hardsigmoid", "slice"],
)
def test_a_sigmoid_takes_values_outside_of_0_to_1(module: nn.Module) -> None:
    given = source(module, "int8")
    small = quantized(given)
    for sample in given.samples():
        x = torch.from_numpy(sample["x"])
        with torch.no_grad():
            got, expected = small(x), module(x)
        assert expected.min() < 0.2
        torch.testing.assert_close(got, expected, rtol=0, atol=0.06)
