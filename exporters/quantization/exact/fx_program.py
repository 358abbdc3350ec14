"""A module quantized by FX graph mode, in float64: what its quantized operators are to compute.

FX's own reference module (`convert_to_reference_fx`, PyTorch 2.14) is another program: it gives a
product with a number the scale of its factor, and clips it, and it has scales of its own behind a
pooling (tests/exporters/test_exact_programs.py). So this is made of the lowered module.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn
from torch.ao.nn import quantized as nnq
from torch.ao.nn.intrinsic import quantized as nniq
from torch.nn import functional

from onpar.exporters import Source
from onpar.exporters.program import INNER, Program
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding
from onpar.exporters.quantization.exact.in_float64 import InFloat64, tensors
from onpar.exporters.quantization.exact.ranges import Node, operators_of
from onpar.exporters.quantization.stored_in_fx import dequantized
from onpar.exporters.tracing.in_order import in_order
from onpar.parity.contract.tensor_spec import TensorSpec

RANGES = {torch.quint8: (0, 255), torch.qint8: (-128, 127)}
"""The integers of PyTorch's quantized dtypes."""


def program_of(
    module: fx.GraphModule, source: Source, written: Callable[[nn.Module], bytes]
) -> Program:
    """The program of the module that FX quantized; its tensors have the names of its nodes.
    `written` makes a file of a module."""
    names = tuple(spec.name for spec in source.model.outputs)
    program = FxProgram(module, next(source.samples()))
    shown = {
        name: TensorSpec(INNER + name, (), str(place.dtype).removeprefix("torch.q"))
        for name, place in program.places.items()
    }
    returned: Any = in_order(_returned(module).args[0], names)
    made = {name: node.args[0] for name, node in zip(names, returned, strict=True) if _is_end(node)}

    def exact(inputs: Mapping[str, NDArray[Any]], rounding: Rounding) -> dict[str, F64]:
        results = in_order(program.run(inputs, rounding), names)
        return {name: one.double().numpy() for name, one in zip(names, results, strict=True)}

    steps = {n: program.places[q.name].scale for n, q in made.items() if q.name in program.places}
    show = partial(showing, module, source, program.places)
    operators = operators_of(_nodes(module, program.places))
    return Program(exact, steps, lambda: written(show()), shown, operators=operators)


def _nodes(module: fx.GraphModule, places: Iterable[str]) -> Iterator[Node]:
    layers, quantized = dict(module.named_modules()), frozenset(places)
    for node in module.graph.nodes:
        operator = getattr(node.target, "__name__", str(node.target))
        if node.op == "call_module":
            operator = type(layers[node.target]).__name__
        takes = tuple(one.name for one in node.all_input_nodes)
        yield Node(node.name, operator, takes, node.name in quantized)


def showing(module: fx.GraphModule, source: Source, places: Iterable[str]) -> fx.GraphModule:
    """The module, which also returns the integers of what these quantized nodes make."""
    module = copy.deepcopy(module)
    nodes, end = {node.name: node for node in module.graph.nodes}, _returned(module)
    outputs = in_order(end.args[0], [spec.name for spec in source.model.outputs])
    with module.graph.inserting_before(end):
        shown = [module.graph.call_method("int_repr", (nodes[name],)) for name in places]
    end.args = ((*outputs, *shown),)
    module.recompile()
    return module


def _returned(module: fx.GraphModule) -> fx.Node:
    found: fx.Node = next(node for node in module.graph.nodes if node.op == "output")
    return found


def _is_end(node: Any) -> bool:
    """Whether an output is a quantized tensor's values."""
    return isinstance(node, fx.Node) and node.target == "dequantize"


@dataclass(frozen=True)
class Place:
    """How a node's result is quantized."""

    scale: float
    zero_point: int
    dtype: torch.dtype


class FxProgram:
    """The converted module. Its layers' weights are what the kernels store; biases are float, where
    kernels round them to steps of the sum."""

    def __init__(self, module: fx.GraphModule, inputs: Mapping[str, NDArray[Any]]) -> None:
        """Runs the kernels once for which results are quantized, and how: that never changes."""
        self.module = module
        self.places = {
            name: Place(value.q_scale(), value.q_zero_point(), value.dtype)
            for name, value in quantized_tensors(module, inputs).items()
        }

    def run(self, inputs: Mapping[str, NDArray[Any]], rounding: Rounding) -> Any:
        """What the module returns for the inputs in their order, its tensors in f64."""
        return Exact(self.module, self.places, rounding).of(inputs)


def quantized_tensors(
    module: fx.GraphModule, inputs: Mapping[str, NDArray[Any]]
) -> dict[str, Tensor]:
    """Every quantized tensor that the kernels make for the inputs in their order, by node."""
    seeing = _Seeing(module)
    with torch.no_grad():
        seeing.run(*tensors(inputs))
    return seeing.found


class _Seeing(fx.Interpreter):
    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.found: dict[str, Tensor] = {}

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        if isinstance(value, Tensor) and value.is_quantized:
            self.found[n.name] = value
        return value


class Exact(InFloat64):
    """Rounds the results of the nodes in `places`, and computes the layers in `floats`, modules in
    float64 by their names, with those instead."""

    def __init__(
        self,
        module: fx.GraphModule,
        places: Mapping[str, Place],
        rounding: Rounding,
        floats: Mapping[str, nn.Module] = MappingProxyType({}),
    ) -> None:
        super().__init__(module)
        self.places, self.rounding, self.floats = places, rounding, floats

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        place = self.places.get(n.name)
        if place is None:
            return value
        scale, zero_point = np.asarray(place.scale), np.asarray(float(place.zero_point))
        exact = value.double().numpy()
        whole = self.rounding.quantized(n.name, exact, scale, zero_point, *RANGES[place.dtype])
        return torch.from_numpy(np.asarray((whole - zero_point) * scale))

    def call_module(self, target: Any, args: Any, kwargs: Any) -> Any:
        if target in self.floats:
            return self.floats[target](*args)
        layer = self.fetch_attr(target)
        if type(layer) in LAYERS:
            return LAYERS[type(layer)](layer, *args)
        return copy.deepcopy(layer).double()(*args, **kwargs)

    def call_method(self, target: Any, args: Any, kwargs: Any) -> Any:
        if target == "dequantize":
            return args[0]
        return super().call_method(target, args, kwargs)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        if target is torch.quantize_per_tensor:
            return args[0]
        if target in OPERATORS:
            return OPERATORS[target](*args)
        return super().call_function(target, args, kwargs)


def _layer(compute: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def run(layer: Any, x: Tensor) -> Tensor:
        bias = layer.bias()
        values, _ = dequantized(layer.weight())
        weight = torch.from_numpy(values)
        return compute(layer, x, weight, None if bias is None else bias.detach().double())

    return run


def _convolved(layer: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    convolve = (functional.conv1d, functional.conv2d, functional.conv3d)[weight.ndim - 3]
    padding = layer.padding
    if layer.padding_mode != "zeros":
        x = functional.pad(x, layer._reversed_padding_repeated_twice, mode=layer.padding_mode)
        padding = 0
    return convolve(x, weight, bias, layer.stride, padding, layer.dilation, layer.groups)


def _transposed(layer: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    more = (layer.stride, layer.padding, layer.output_padding, layer.groups, layer.dilation)
    return functional.conv_transpose2d(x, weight, bias, *more)


def _linear(layer: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return functional.linear(x, weight, bias)


def _with_relu(compute: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return lambda *given: compute(*given).relu()


LAYERS: Mapping[type[nn.Module], Callable[..., Tensor]] = {
    nnq.Conv1d: _layer(_convolved),
    nnq.Conv2d: _layer(_convolved),
    nnq.Conv3d: _layer(_convolved),
    nniq.ConvReLU1d: _with_relu(_layer(_convolved)),
    nniq.ConvReLU2d: _with_relu(_layer(_convolved)),
    nniq.ConvReLU3d: _with_relu(_layer(_convolved)),
    nnq.ConvTranspose2d: _layer(_transposed),
    nnq.Linear: _layer(_linear),
    nniq.LinearReLU: _with_relu(_layer(_linear)),
    nnq.Hardswish: lambda layer, x: functional.hardswish(x),
    nnq.ReLU6: lambda layer, x: functional.relu6(x),
    nnq.LeakyReLU: lambda layer, x: functional.leaky_relu(x, layer.negative_slope),
    nnq.Sigmoid: lambda layer, x: x.sigmoid(),
}
"""What a quantized layer is to compute of its input."""

_own = torch.ops.quantized

OPERATORS: Mapping[Any, Callable[..., Tensor]] = {
    _own.add: lambda a, b, *_: a + b,
    _own.mul: lambda a, b, *_: a * b,
    _own.add_relu: lambda a, b, *_: (a + b).relu(),
    _own.mul_relu: lambda a, b, *_: (a * b).relu(),
    _own.cat: lambda parts, axis, *_: torch.cat(parts, axis),
    _own.hardswish: lambda x, *_: functional.hardswish(x),
    _own.matmul: lambda a, b, *_: a @ b,
}
"""The same of an operator on quantized tensors; a scale and a zero point come last."""
