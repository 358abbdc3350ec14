"""A module quantized by PT2E, in float64. Its own quantize operators refuse float64, so they are
computed here; every other operator is PyTorch's, on float64."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn

from onpar.exporters import Source
from onpar.exporters.program import INNER, Content, Program
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding, along
from onpar.exporters.quantization.exact.in_float64 import InFloat64
from onpar.exporters.quantization.exact.ranges import Node, operators_of
from onpar.parity.contract.tensor_spec import TensorSpec

QUANTIZE = "quantized_decomposed.quantize_per_"
DEQUANTIZE = "quantized_decomposed.dequantize_per_"


def program_of(
    converted: fx.GraphModule, source: Source, written: Callable[[nn.Module], Content] | None = None
) -> Program:
    """The program of the module that PT2E quantized, whose output is a tuple in the specs' order;
    its tensors have the names of its nodes. `written` makes a file of a module."""
    names = [spec.name for spec in source.model.outputs]
    program, shown = Pt2eProgram(converted), list(_quantized(converted))
    results = zip(names, _returned(converted).args[0], strict=True)  # type: ignore[arg-type]
    steps = {name: float(one.args[1]) for name, one in results if _is_step(one)}

    def exact(inputs: Mapping[str, NDArray[Any]], rounding: Rounding) -> dict[str, F64]:
        made = program.run(inputs, rounding)
        return {name: one.double().numpy() for name, one in zip(names, made, strict=True)}

    operators = operators_of(_nodes(converted))
    if written is None:
        return Program(exact, steps, operators=operators)
    specs = {
        node.name: TensorSpec(INNER + node.name, (), str(node.args[5]).removeprefix("torch."))
        for node in shown
    }
    show = partial(Showing, converted, shown)
    return Program(exact, steps, lambda: written(show()), specs, operators=operators)


def _nodes(converted: fx.GraphModule) -> Iterator[Node]:
    for node in converted.graph.nodes:
        target = str(node.target)
        operator = target.split(".")[1] if target.startswith("aten.") else target
        takes = tuple(one.name for one in node.all_input_nodes)
        yield Node(node.name, operator, takes, target.startswith(QUANTIZE + "tensor"))


class Showing(nn.Module):
    """The module, which also returns the integers that these of its nodes make."""

    def __init__(self, converted: fx.GraphModule, shown: Sequence[fx.Node]) -> None:
        super().__init__()
        self.module = copy.deepcopy(converted)
        nodes = {node.name: node for node in self.module.graph.nodes}
        end = _returned(self.module)
        end.args = ((*end.args[0], *(nodes[node.name] for node in shown)),)  # type: ignore[misc]
        # The code that PT2E generates returns as many tensors as there were.
        self.module.graph.set_codegen(fx.graph.CodeGen())
        self.module.recompile()

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.module(*inputs))


def _quantized(converted: fx.GraphModule) -> Iterator[fx.Node]:
    """The nodes that quantize what depends on the inputs."""
    depending = set[fx.Node]()
    for node in converted.graph.nodes:
        if node.op == "placeholder" or depending.intersection(node.all_input_nodes):
            depending.add(node)
            if str(node.target).startswith(QUANTIZE + "tensor"):
                yield node


def _returned(converted: fx.GraphModule) -> fx.Node:
    found: fx.Node = next(node for node in converted.graph.nodes if node.op == "output")
    return found


def _is_step(node: Any) -> bool:
    """Whether an output is a quantized tensor's values, of one scale."""
    return (
        isinstance(node, fx.Node)
        and str(node.target).startswith(DEQUANTIZE + "tensor")
        and isinstance(node.args[1], float)
    )


class Pt2eProgram:
    """What `convert_pt2e` gives, as a program in float64."""

    def __init__(self, converted: fx.GraphModule) -> None:
        self.module = converted

    def run(self, inputs: Mapping[str, NDArray[Any]], rounding: Rounding) -> Any:
        """What the module returns for the inputs in their order, its tensors in f64."""
        return Exact(self.module, rounding).of(inputs)


class Exact(InFloat64):
    """Rounds at every quantize operator, as `rounding` does."""

    def __init__(self, module: fx.GraphModule, rounding: Rounding) -> None:
        super().__init__(module)
        self.rounding, self.name = rounding, ""

    def run_node(self, n: fx.Node) -> Any:
        self.name = n.name
        return super().run_node(n)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        name = str(target)
        if name.startswith(QUANTIZE):
            return self._quantized(*_split(name, args, QUANTIZE))
        if name.startswith(DEQUANTIZE):
            x, scale, zero_point, axis, *_ = _split(name, args, DEQUANTIZE)
            scale, zero_point = _broadcast(scale, zero_point, x.ndim, axis)
            return (x.double() - torch.from_numpy(zero_point)) * torch.from_numpy(scale)
        return super().call_function(target, args, kwargs)

    def _quantized(
        self, x: Tensor, scale: Any, zero_point: Any, axis: int, least: int, most: int, *_: Any
    ) -> Tensor:
        values = x.double().numpy()
        broadcast = _broadcast(scale, zero_point, values.ndim, axis)
        whole = self.rounding.quantized(self.name, values, *broadcast, int(least), int(most))
        return torch.from_numpy(np.asarray(whole))


def _split(name: str, args: Any, kind: str) -> Any:
    """x, scale, zero point, axis and the rest; a tensor's scale has no axis."""
    if name.startswith(kind + "channel"):
        return args
    x, scale, zero_point, *rest = args
    return x, scale, zero_point, 0, *rest


def _broadcast(scale: Any, zero_point: Any, ndim: int, axis: int) -> tuple[F64, F64]:
    zero_point = 0 if zero_point is None else zero_point
    scale, zero_point = (
        along(np.asarray(one.detach() if isinstance(one, Tensor) else one), ndim, int(axis))
        for one in (scale, zero_point)
    )
    return scale, zero_point
