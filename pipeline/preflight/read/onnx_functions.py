"""Limits the size of an ONNX model after its functions are inlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import onnx

from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.read.onnx_uses import graphs_of

DEPTH = 100
"""The maximum call depth of functions; onnx's own inliner is recursive."""

MAX_NODES = 10_000
"""The maximum number of nodes after inlining: a small file can require any number. Inlining as many
takes about a second."""

Key = tuple[str, str, str]


def check(model: onnx.ModelProto, path: Path) -> None:
    """Raises OnparError if a model's functions call each other too deeply or endlessly, or give too
    many nodes."""
    functions = {(one.domain, one.name, one.overload): one for one in model.functions}
    sizes: dict[Key, int] = {}

    def size(nodes: Iterable[onnx.NodeProto], depth: int) -> int:
        if depth > DEPTH:
            raise OnparError(
                f"{path}: its functions call each other more than {DEPTH} deep; export it without "
                "functions, or with fewer"
            )
        count = 0
        for node in every_node(nodes):
            key = (node.domain, node.op_type, node.overload)
            if key in functions and key not in sizes:
                sizes[key] = size(functions[key].node, depth + 1)
            count += sizes.get(key, 1)
        return count

    if (count := size(model.graph.node, 0)) > MAX_NODES:
        raise OnparError(
            f"{path}: with its functions inlined it has {count:,} nodes, more "
            f"than preflight's limit of {MAX_NODES:,}; export it without functions, or give "
            "a smaller one"
        )


def every_node(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.NodeProto]:
    """The nodes, including those in nested graphs."""
    for node in nodes:
        yield node
        for attribute in node.attribute:
            for graph in graphs_of(attribute):
                yield from every_node(graph.node)
