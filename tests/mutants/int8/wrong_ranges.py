"""int8 programs of a U-Net by three quantizers, and each with one layer's result scaled wrongly."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from planted_int8 import int8_fx, int8_onnx, int8_pt2e, source

from onpar.exporters.program import Program
from onpar.exporters.quantization import stored_in_pt2e
from onpar.exporters.quantization.exact import fx_program, pt2e_program, qdq_program

Step = tuple[float, int]
"""A scale and a zero point."""

Change = Callable[[Step, Step], Step]
"""What a layer's result has instead, given its own and that of the layer before it."""

WRONG: Mapping[str, Change] = {
    "scale × 4": lambda one, _: (4 * one[0], one[1]),
    "scale / 4": lambda one, _: (one[0] / 4, one[1]),
    "scale × 40": lambda one, _: (40 * one[0], one[1]),
    "zero point ± 64": lambda one, _: (one[0], one[1] + (64 if one[1] < 64 else -64)),
    "scale of a neighbour": lambda one, other: (other[0], one[1]),
    "scale and zero point of a neighbour": lambda _, other: other,
}

Plant = Callable[[Change | None, int], tuple[str, Program]]
"""Changes the result of a layer, by its index, if anything; gives its name, and the program."""


def of_onnx(change: Change | None, at: int) -> tuple[str, Program]:
    model = onnx.load_from_string(int8_onnx())
    tensors = {one.name: one for one in model.graph.initializer}
    layers = {n.output[0] for n in model.graph.node if n.op_type in ("Conv", "ConvTranspose")}
    made = [n for n in model.graph.node if n.op_type == "QuantizeLinear" and n.input[0] in layers]
    if change:
        steps = [[numpy_helper.to_array(tensors[one]) for one in n.input[1:]] for n in made]
        own, before = ((float(s.item()), int(z.item())) for s, z in (steps[at], steps[at - 1]))
        for name, old, new in zip(made[at].input[1:], steps[at], change(own, before), strict=True):
            tensors[name].CopyFrom(numpy_helper.from_array(np.asarray(new, old.dtype), name))
    return made[at].output[0], qdq_program.program_of(model)


def of_fx(change: Change | None, at: int) -> tuple[str, Program]:
    module = copy.deepcopy(int8_fx())
    layers = dict(module.named_modules())
    made = [
        n
        for n in module.graph.nodes
        if n.op == "call_module" and hasattr(layers[n.target], "set_weight_bias")
    ]
    if change:
        own, before = layers[made[at].target], layers[made[at - 1].target]
        own.scale, own.zero_point = change(_step(own), _step(before))
    return made[at].name, fx_program.program_of(module, source(), lambda _: b"")


def _step(layer: Any) -> Step:
    return float(layer.scale), int(layer.zero_point)


def of_pt2e(change: Change | None, at: int) -> tuple[str, Program]:
    module = copy.deepcopy(int8_pt2e())
    made = [
        n
        for n in module.graph.nodes
        if str(n.target).startswith(pt2e_program.QUANTIZE + "tensor")
        and str(n.args[0].target) in stored_in_pt2e.LAYERS
    ]
    if change:
        new = change(made[at].args[1:3], made[at - 1].args[1:3])
        for node in (made[at], *made[at].users):
            node.args = (node.args[0], *new, *node.args[3:])
        module.recompile()
    return made[at].name, pt2e_program.program_of(module, source())
