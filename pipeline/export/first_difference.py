"""The first operator at which an ML program differs from the program that it was converted from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.export import ExportedProgram
from torch.fx import Interpreter, Node

from onpar.exporters.tracing.where_failed import of_node
from onpar.pipeline.recipes.user_code import place_of
from onpar.pipeline.targets.mil.evaluation import Program, run
from onpar.pipeline.targets.mil.values import tensor

MIN_DIFFERENCE = 1e-3
"""The share of a value's largest element that rounding alone does not exceed."""


def first_difference(
    ready: Program, program: ExportedProgram, sample: Mapping[str, NDArray[Any]], recipe: Path
) -> str:
    """`, first at operator aten.remainder.Scalar, line 18 (…)`: the first node of torch.export's
    graph whose value differs from the value of that name in the ML program; empty if there is
    none."""
    values: dict[str, Tensor] = {}
    inputs = {name: tensor(np.asarray(sample[name])) for name in ready.inputs if name in sample}
    outputs = run(ready, inputs, watch=values.update)
    graph = program.module()
    results = next(node for node in graph.graph.nodes if node.op == "output").args[0]
    named = dict(zip((str(one) for one in results), outputs.values(), strict=False))
    for node, value in _values(graph, sample):
        other = named.get(node.name, values.get(node.name))
        if other is not None and _differ(other, value):
            return f", first at {place_of(of_node(node), recipe)}"
    return ""


class _Keeping(Interpreter):
    """Runs a graph and keeps the tensors that its operators return."""

    def __init__(self, module: Any) -> None:
        super().__init__(module)
        self.kept: list[tuple[Node, Tensor]] = []

    def run_node(self, n: Node) -> Any:
        value = super().run_node(n)
        if n.op == "call_function" and isinstance(value, Tensor):
            self.kept.append((n, value))
        return value


def _values(graph: Any, sample: Mapping[str, NDArray[Any]]) -> list[tuple[Node, Tensor]]:
    keeping = _Keeping(graph)
    with torch.no_grad():
        keeping.run(*(torch.from_numpy(np.array(value)) for value in sample.values()))
    return keeping.kept


def _differ(got: Tensor, expected: Tensor) -> bool:
    if got.shape != expected.shape:
        return True
    true = expected.double()
    finite = true[true.isfinite()].abs()
    peak = float(finite.max()) if finite.numel() else 0.0
    return not torch.allclose(
        got.double(), true, rtol=0.0, atol=MIN_DIFFERENCE * peak, equal_nan=True
    )
