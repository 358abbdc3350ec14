"""ONNX `.onnx`: IR version, opsets, and the operators with the item types that they run on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import defs, inliner, shape_inference

from pipeline.preflight.contents import Contents, Use, unreadable
from pipeline.preflight.flat import mapped
from pipeline.preflight.onnx_light import without_weights

DOMAIN = "ai.onnx"
"""The name of the default domain, which files leave empty."""

Types = dict[str, str]


def read(path: Path) -> Contents:
    """Raises OnparError for what is no ONNX model."""
    model = _parsed(path)
    opsets = {one.domain or DOMAIN: one.version for one in model.opset_import}
    if not opsets or not model.ir_version:
        raise unreadable(path, "not an ONNX model: it says neither its opsets nor its IR version")
    external = any(t.data_location == t.EXTERNAL for t in model.graph.initializer)
    try:
        if model.functions:
            model = inliner.inline_local_functions(model)
        model = shape_inference.infer_shapes(model)
    except Exception as error:  # Its C++ raises what it likes: of types nothing more is known.
        unchecked = f"item types within it (onnx cannot infer them: {str(error).splitlines()[0]})"
    else:
        unchecked = "item types that onnx cannot infer"
    uses = dict.fromkeys(_uses(model.graph, opsets, {}))
    return Contents(
        format="onnx",
        file_version=model.ir_version,
        opsets=opsets,
        uses=tuple(uses),
        unchecked=unchecked + ("; the weights' own file beside it" if external else ""),
    )


def _parsed(path: Path) -> onnx.ModelProto:
    try:
        with mapped(path) as whole:
            light = without_weights(whole)
        model = onnx.ModelProto()
        model.ParseFromString(light)
        return model
    except (ValueError, DecodeError) as error:
        raise unreadable(path, f"not a whole ONNX model ({error})") from error


def _uses(
    graph: onnx.GraphProto, opsets: Mapping[str, int], outer: Mapping[str, str]
) -> Iterator[Use]:
    types = {**outer, **dict(_item_types(graph))}
    for node in graph.node:
        domain = node.domain or DOMAIN
        yield use(domain, node.op_type, opsets.get(domain, 0), _of(types, node), node.name)
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                yield from _uses(inner, opsets, types)


def use(
    domain: str, name: str, opset: int, types: tuple[list[str], list[str]], where: str = ""
) -> Use:
    """An operator of an opset, with the item types of its inputs and outputs (empty: unknown)."""
    try:
        schema = defs.get_schema(name, opset, "" if domain == DOMAIN else domain)
    except defs.SchemaError:
        return Use(f"{domain}::{name}", where=where)
    found: Types = {}
    for formals, actual in zip((schema.inputs, schema.outputs), types, strict=True):
        for index, item in enumerate(actual):
            formal = formals[min(index, len(formals) - 1)] if formals else None
            if item and formal and formal.type_str in _parameters(schema):
                found.setdefault(formal.type_str, item)
    pairs = tuple(sorted(found.items()))
    return Use(f"{domain}::{name}", since=schema.since_version, types=pairs, where=where)


def _parameters(schema: defs.OpSchema) -> set[str]:
    return {one.type_param_str for one in schema.type_constraints}


def _of(types: Mapping[str, str], node: onnx.NodeProto) -> tuple[list[str], list[str]]:
    return [types.get(n, "") for n in node.input], [types.get(n, "") for n in node.output]


def _item_types(graph: onnx.GraphProto) -> Iterator[tuple[str, str]]:
    for tensor in graph.initializer:
        yield tensor.name, item_type(tensor.data_type)
    values: Iterable[onnx.ValueInfoProto] = (*graph.input, *graph.output, *graph.value_info)
    for value in values:
        if value.type.HasField("tensor_type"):
            yield value.name, item_type(value.type.tensor_type.elem_type)


def item_type(number: int) -> str:
    """`float` of 1, as onnxruntime's tables name item types; empty for an unknown one."""
    names = {v: k.lower() for k, v in onnx.TensorProto.DataType.items()}
    return "" if number == 0 else names.get(number, "")
