"""Means of large maps, computed block by block: XNNPACK adds up one number after another."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.export import ExportedProgram
from torch.fx import Node

aten = torch.ops.aten

MAX_PLAIN_MEAN = 256
"""The largest map, in numbers, whose sequential sum is exact enough: float32's relative error is
then at most 256·2⁻²⁴, and 4e-6 was measured."""


def in_blocks(program: ExportedProgram) -> ExportedProgram:
    """The program in which each mean over both sides of a map of more than FEW numbers is the mean
    of its blocks' means. Everything else, and a program without such a mean, stays as it is.

    XNNPACK supports only means over both sides, and average pooling, whose sums are exact enough.
    Over the 2,500 numbers of a 50×50 map its mean changed the scores of DeepLabV3-MobileNetV3 by 11
    times the noise floor of a channel (400×400, demo weights, 8 are allowed).
    """
    graph = program.graph_module.graph
    for node in [one for one in graph.nodes if _of_map(one)]:
        [source, *_] = node.all_input_nodes
        while math.prod(source.meta["val"].shape[2:]) > MAX_PLAIN_MEAN:
            source = _blocks(node, source)
        node.update_arg(0, source)
    graph.lint()
    program.graph_module.recompile()
    return program


def _of_map(node: Node) -> bool:
    """Whether the node is a mean over the last two of four axes, of more than FEW numbers."""
    if node.target not in (aten.mean.dim, aten.adaptive_avg_pool2d.default):
        return False
    shape = node.all_input_nodes[0].meta["val"].shape
    if len(shape) != 4 or math.prod(shape[2:]) <= MAX_PLAIN_MEAN:
        return False
    named: Any = node.args[1]
    if node.target == aten.mean.dim:
        return sorted(axis % 4 for axis in named or ()) == [2, 3]
    return list(named) == [1, 1]  # the size that pooling makes


def _blocks(mean: Node, source: Node) -> Node:
    """The means of the blocks of `source`, inserted before `mean`. Their mean is the mean of
    `source`."""
    sides = source.meta["val"].shape[2:]
    block = [_block(side) for side in sides]
    down, right = (-side % one for side, one in zip(sides, block, strict=True))
    if down or right:
        source = _made(mean, aten.constant_pad_nd.default, source, [0, right, 0, down], 0.0)
    pooled = _made(mean, aten.avg_pool2d.default, source, block, block, [0, 0], False, False)
    if not (down or right):
        return pooled
    share = math.prod(sides) / ((sides[0] + down) * (sides[1] + right))
    return _made(mean, aten.mul.Tensor, pooled, 1 / share)


def _block(side: int) -> int:
    """The divisor of a side that is nearest to its square root; for a prime number the root itself,
    with blocks padded with zeros."""
    divisors = [one for one in range(2, side) if side % one == 0]
    root = math.sqrt(side)
    return min(divisors, key=lambda one: abs(one - root)) if divisors else math.ceil(root)


def _made(before: Node, operator: Any, source: Node, *arguments: Any) -> Node:
    """A new node before `before`, with the same source line."""
    with before.graph.inserting_before(before):
        node = before.graph.call_function(operator, (source, *arguments))
    node.meta = {key: value for key, value in before.meta.items() if key != "val"}
    node.meta["val"] = operator(source.meta["val"], *arguments)
    return node
