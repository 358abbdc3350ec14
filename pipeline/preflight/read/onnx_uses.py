"""The operators of an ONNX graph, their item types, and their bodies."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from functools import lru_cache

import onnx
from onnx import shape_inference

from onpar.pipeline.preflight.read.contents import Use
from onpar.pipeline.preflight.read.onnx_definitions import DOMAIN, definition, function_of
from onpar.pipeline.preflight.read.onnx_types import item_types, type_of

IR = 10
"""The IR version of the models in which onnx infers the types of bodies."""

NO_BODY: tuple[int, tuple[Use, ...]] = (0, ())

Types = MutableMapping[str, str]
"""The item types of values, as far as known."""


def uses(graph: onnx.GraphProto, opsets: Mapping[str, int], outer: Types) -> Iterator[Use]:
    """Every operator, including those of branches and loops; `outer` are the types of the enclosing
    graph."""
    own = dict(item_types(graph))
    # Not copied: there may be as many graphs as outer values.
    types = ChainMap(own, outer) if outer else own
    for node in graph.node:
        use = _use(node, opsets, types)
        yield use
        if use.body:  # The graphs, if there are any, are part of the body.
            continue
        for attribute in node.attribute:
            for inner in graphs_of(attribute):
                yield from uses(inner, opsets, types)


def graphs_of(attribute: onnx.AttributeProto) -> Iterator[onnx.GraphProto]:
    """The graphs in an attribute: branches, or the body of a loop."""
    if attribute.HasField("g"):
        yield attribute.g
    yield from attribute.graphs


def _use(node: onnx.NodeProto, opsets: Mapping[str, int], types: Types) -> Use:
    domain = node.domain or DOMAIN
    name, opset = f"{domain}::{node.op_type}", opsets.get(domain, 0)
    found = definition(node.op_type, domain, opset)
    if found is None:
        items = {types.get(value, "") for value in (*node.input, *node.output) if value}
        return Use(name, items=tuple(sorted(items)), where=node.name)
    pairs: dict[str, str] = {}
    for parameters, values in ((found.inputs, node.input), (found.outputs, node.output)):
        for index, value in enumerate(values if parameters else ()):
            # The last of them may stand for any number of values.
            parameter = parameters[min(index, len(parameters) - 1)]
            if parameter and value:
                pairs[parameter] = pairs.get(parameter) or types.get(value, "")
    written, body = NO_BODY
    if found.function:
        alone = onnx.NodeProto(op_type=node.op_type, domain=node.domain, attribute=node.attribute)
        alone.input.extend(f"i{n}" if value else "" for n, value in enumerate(node.input))
        alone.output.extend(f"o{n}" if value else "" for n, value in enumerate(node.output))
        given = tuple(types.get(value, "") for value in node.input)
        written, body = _body(domain, opset, alone.SerializeToString(), given)
    return Use(
        name,
        since=found.schema.since_version,
        types=tuple(sorted(pairs.items())),
        body=body,
        written=written,
        where=node.name,
    )


@lru_cache(maxsize=1024)
def _body(
    domain: str, opset: int, content: bytes, given: tuple[str, ...]
) -> tuple[int, tuple[Use, ...]]:
    """A node's body for inputs of these item types, and the opset that it was written for; empty if
    onnxruntime would not inline it."""
    node = onnx.NodeProto.FromString(content)
    found = definition(node.op_type, domain, opset)
    function = function_of(found.schema, node, opset, given) if found else None
    if function is None:
        return NO_BODY
    written = max((one.version for one in function.opset_import if not one.domain), default=0)
    graph = onnx.GraphProto(name=function.name or "body", node=function.node)
    for name, item in zip(function.input, given, strict=False):
        if item:
            graph.input.add(name=name, type=type_of(item))
    opsets = {one.domain or DOMAIN: one.version for one in function.opset_import} | {DOMAIN: opset}
    model = onnx.ModelProto(ir_version=IR, graph=graph)
    for name, version in opsets.items():
        model.opset_import.add(domain="" if name == DOMAIN else name, version=version)
    try:
        graph = shape_inference.infer_shapes(model).graph
    except Exception:  # Its C++ may raise anything: then only the inputs' types are known.
        graph = model.graph
    return written, tuple(dict.fromkeys(uses(graph, opsets, {})))
