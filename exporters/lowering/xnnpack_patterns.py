"""XNNPACK's two pattern-matching passes, without the patterns that the program cannot contain.

ExecuTorch 1.5.1 traces all patterns again in every process that lowers a program: 3.3 s of CPU
time, more than lowering a small model takes. The files are the same to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from executorch.backends.xnnpack.partition.graphs import bilinear_2d, sdpa
from torch.export import ExportedProgram
from torch.fx import GraphModule

SOFTMAX = frozenset(
    {
        torch.ops.aten.scaled_dot_product_attention.default,
        torch.ops.aten.softmax.int,
        torch.ops.aten._softmax.default,
        torch.ops.aten._safe_softmax.default,
    }
)
"""The operators that a softmax can come from; every attention pattern has a softmax."""


@contextmanager
def patterns_for(program: ExportedProgram) -> Iterator[None]:
    """Within this context, lowering looks for attention only if the program has a softmax, and
    never for a bilinear resize: all of those patterns are upsample_bilinear2d itself, which the
    pass then leaves as it is."""
    graphs = (one.graph for one in program.graph_module.modules() if isinstance(one, GraphModule))
    found = {node.target for graph in graphs for node in graph.nodes}
    resizes, attention = bilinear_2d.get_graphs_dict, sdpa.get_graphs
    bilinear_2d.get_graphs_dict = dict
    sdpa.get_graphs = attention if found & SOFTMAX else list
    try:
        yield
    finally:
        bilinear_2d.get_graphs_dict, sdpa.get_graphs = resizes, attention
