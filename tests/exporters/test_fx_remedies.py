"""What torch.fx cannot trace is said with a remedy for what failed, which works."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from onpar.exporters import Source
from onpar.exporters.errors import ExportError
from onpar.exporters.quantization.fx_int8 import quantized
from onpar.exporters.tracing.trace import scripted_or_traced
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec

SHAPE = (1, 3, 8, 8)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(x).relu()
        return y


def kept_name(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return call


class Decorated(Net):
    @kept_name
    def forward(self, x: Tensor, *, twice: bool = False) -> Tensor:
        return super().forward(x) * 2


class Around(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = Decorated()

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.net(x)
        return y


class Sliced(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) * torch.arange(9.0)[: x.shape[3] - 2]


class Written(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) * torch.arange(9.0)[:6]


class Branch(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if x.mean() > 0 else x


class Levels(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.to(self.conv.weight.dtype) / 255)


class LevelsByDefault(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.to(torch.get_default_dtype()) / 255)


def source(module: nn.Module, dtype: str = "float32") -> Source:
    def samples() -> Iterator[dict[str, np.ndarray]]:
        for seed in range(2):
            yield {"x": (np.random.default_rng(seed).random(SHAPE) * 255).astype(dtype)}

    outputs = (TensorSpec("y", (1, 4, 6, 6)),)
    model = ModelSpec("mine", (TensorSpec("x", SHAPE, dtype),), outputs)
    return Source(module.eval(), None, model, "int8", "tensor", samples)


@pytest.mark.parametrize(
    "module, remedy, instead",
    [
        (Branch, "take control flow on tensors out of `forward`, or leave", Net),
        (Decorated, "return from build() a module around it, whose forward(self, x) ", Around),
        (Sliced, "is not a Python number: write the number there, as shapes are", Written),
    ],
)
def test_the_remedy_is_that_of_what_failed_and_works(
    module: type[nn.Module], remedy: str, instead: type[nn.Module]
) -> None:
    with pytest.raises(ExportError) as error:
        quantized(source(module()))
    said = str(error.value)
    assert remedy in said
    assert ("control flow" in said) == (module is Branch)
    assert said.endswith(
        'leave this variant out: in the recipe left_out={"torchscript-int8": "why"}'
    )
    assert "quantize" in str(quantized(source(instead())).code)


def test_a_quantized_layer_without_a_weights_dtype_is_named_and_the_default_dtype_works() -> None:
    of = source(Levels(), "uint8")
    with pytest.raises(ExportError) as error:
        scripted_or_traced(quantized(of), of)
    said = str(error.value)
    assert said.endswith(
        'leave the variant out: in the recipe left_out={"torchscript-int8": "why"}'
    )
    assert re.search(
        r"convert by x\.to\(torch\.get_default_dtype\(\)\), as a quantized layer", said
    )
    of = source(LevelsByDefault(), "uint8")
    script = scripted_or_traced(quantized(of), of)
    [made] = script(torch.from_numpy(next(of.samples())["x"]))
    assert made.dtype is torch.float32
