"""onnxruntime's own `.ort`: format version, opsets, and the operators with their item types.

Fields are numbered as in onnxruntime/core/flatbuffers/schema/ort.fbs.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from onpar.pipeline.preflight.read.contents import Contents, Use, unreadable
from onpar.pipeline.preflight.read.flat import FlatError, Table, mapped, root

DOMAIN = "ai.onnx"

SESSION_VERSION, SESSION_MODEL, SESSION_RESOLVER = 0, 1, 3
MODEL_IR, MODEL_OPSETS, MODEL_GRAPH = 0, 1, 7
OPSET_DOMAIN, OPSET_VERSION = 0, 1
GRAPH_VALUES, GRAPH_NODES = 1, 2
NODE_NAME, NODE_DOMAIN, NODE_SINCE, NODE_OPERATOR = 0, 2, 3, 5
NODE_INPUTS, NODE_OUTPUTS, NODE_ATTRIBUTES = 8, 9, 10
ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS = 7, 12
VALUE_NAME, VALUE_TYPE = 0, 2
TYPE_KIND, TYPE_VALUE, TENSOR_KIND, TENSOR_ITEM = 1, 2, 1, 0
RESOLVER_OPERATORS, OPERATOR_ID, OPERATOR_TYPES = 0, 0, 1
PARAMETER_NAME, PARAMETER_ARGUMENTS, ARGUMENT_SIDE, ARGUMENT_INDEX = 0, 1, 0, 1

ITEMS = (
    *("", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool"),
    *("float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16"),
    *("float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz"),
)
"""TensorDataType, by number."""

Parameters = dict[str, list[tuple[str, int, int]]]
"""By operator: a type parameter, with its input (0) or output (1) and index."""


def read(path: Path) -> Contents:
    """Raises OnparError if it is not a model in the ORT format."""
    try:
        return _contents(root(mapped(path), b"ORTM"))
    except (ValueError, FlatError, RecursionError) as error:
        raise unreadable(path, f"not a complete model in the ORT format ({error})") from error


def _contents(session: Table) -> Contents:
    version, model = session.text(SESSION_VERSION), session.table(SESSION_MODEL)
    graph = model.table(MODEL_GRAPH) if model else None
    if model is None or graph is None or not version.isdigit():
        raise FlatError(f"format version {version[:20]!r}, and no graph")
    opsets = {
        one.text(OPSET_DOMAIN) or DOMAIN: one.scalar(OPSET_VERSION, "q")
        for one in model.tables(MODEL_OPSETS)
    }
    return Contents(
        format="ort",
        file_version=model.scalar(MODEL_IR, "q"),
        container=int(version),
        opsets=opsets,
        uses=tuple(dict.fromkeys(_uses(graph, _parameters(session), {}))),
        unchecked="optimizations for other processors in the file",
    )


def _uses(graph: Table, parameters: Parameters, outer: MutableMapping[str, str]) -> Iterator[Use]:
    own = dict(_types(graph))
    types = ChainMap(own, outer) if outer else own
    for node in graph.tables(GRAPH_NODES):
        domain, name = node.text(NODE_DOMAIN) or DOMAIN, node.text(NODE_OPERATOR)
        since = node.scalar(NODE_SINCE, "i")
        sides = (node.texts(NODE_INPUTS), node.texts(NODE_OUTPUTS))
        found: dict[str, str] = {}
        known = parameters.get(f"{domain}:{name}:{since}")
        for parameter, side, index in known or []:
            values = sides[side] if side in (0, 1) else []
            if index < len(values) and values[index]:
                found[parameter] = found.get(parameter) or types.get(values[index], "")
        items = {types.get(value, "") for side in sides for value in side if value}
        yield Use(
            f"{domain}::{name}",
            since=since,
            types=tuple(sorted(found.items())),
            items=tuple(sorted(items)) if known is None else None,
            where=node.text(NODE_NAME),
        )
        for attribute in node.tables(NODE_ATTRIBUTES):
            inner = attribute.table(ATTRIBUTE_GRAPH)
            for one in (*([inner] if inner else []), *attribute.tables(ATTRIBUTE_GRAPHS)):
                yield from _uses(one, parameters, types)


def _types(graph: Table) -> Iterator[tuple[str, str]]:
    for value in graph.tables(GRAPH_VALUES):
        kind = value.table(VALUE_TYPE)
        if kind and kind.scalar(TYPE_KIND, "B") == TENSOR_KIND:
            tensor = kind.table(TYPE_VALUE)
            item = tensor.scalar(TENSOR_ITEM, "i") if tensor else 0
            yield value.text(VALUE_NAME), ITEMS[item] if 0 <= item < len(ITEMS) else ""


def _parameters(session: Table) -> Parameters:
    resolver = session.table(SESSION_RESOLVER)
    found: Parameters = {}
    for one in resolver.tables(RESOLVER_OPERATORS) if resolver else []:
        name = one.text(OPERATOR_ID)
        found[name if not name.startswith(":") else DOMAIN + name] = [
            (p.text(PARAMETER_NAME), a.scalar(ARGUMENT_SIDE, "b"), a.scalar(ARGUMENT_INDEX, "I"))
            for p in one.tables(OPERATOR_TYPES)
            for a in p.tables(PARAMETER_ARGUMENTS)
        ]
    return found
