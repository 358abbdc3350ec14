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
        model = onnx.ModelProto()
        model.ParseFromString(without_weights(mapped(path)))
        return model
    except (ValueError, DecodeError) as error:
        raise unreadable(path, f"not a whole ONNX model ({error})") from error


def _uses(
    graph: onnx.GraphProto, opsets: Mapping[str, int], outer: Mapping[str, str]
) -> Iterator[Use]:
    types = {**outer, **dict(_item_types(graph))}
    for node in graph.node:
        yield _use(node, opsets, types)
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                yield from _uses(inner, opsets, types)


def _use(node: onnx.NodeProto, opsets: Mapping[str, int], types: Mapping[str, str]) -> Use:
    domain = node.domain or DOMAIN
    name = f"{domain}::{node.op_type}"
    try:
        schema = defs.get_schema(node.op_type, opsets.get(domain, 0), node.domain)
    except defs.SchemaError:
        return Use(name, where=node.name)
    found: Types = {}
    for formals, actual in ((schema.inputs, node.input), (schema.outputs, node.output)):
        for index, value in enumerate(actual):
            formal = formals[min(index, len(formals) - 1)] if formals else None
            if types.get(value) and formal and formal.type_str in _parameters(schema):
                found.setdefault(formal.type_str, types[value])
    return Use(
        name,
        since=schema.since_version,
        types=tuple(sorted(found.items())),
        body=_body(schema, node, opsets.get(domain, 0), types),
        where=node.name,
    )


def _body(
    schema: defs.OpSchema, node: onnx.NodeProto, opset: int, types: Mapping[str, str]
) -> tuple[Use, ...]:
    """What the operator's definition is made of; empty where it is one of its own."""
    function = onnx.FunctionProto()
    if schema.has_function:  # type: ignore[attr-defined]
        function.CopyFrom(schema.function_body)
    elif schema.has_context_dependent_function:  # type: ignore[attr-defined]
        known = schema.context_dependent_function_opset_versions  # type: ignore[attr-defined]
        versions = [version for version in known if version <= opset]
        given = [_type(types.get(name, "")) for name in node.input]
        if versions:
            expand = schema.get_context_dependent_function_with_opset_version  # type: ignore[attr-defined]
            body = expand(max(versions), node.SerializeToString(), given)
            function.ParseFromString(body)
    # In the operator's own opset: what its definition asks for may be older than what is here now.
    opsets = {one.domain or DOMAIN: one.version for one in function.opset_import}
    inner = {DOMAIN: opset, **opsets}
    return tuple(dict.fromkeys(_use(one, inner, {}) for one in function.node))


def _type(item: str) -> bytes:
    number = onnx.TensorProto.DataType.Value(item.upper()) if item else onnx.TensorProto.FLOAT
    return bytes(onnx.helper.make_tensor_type_proto(number, None).SerializeToString())


def _parameters(schema: defs.OpSchema) -> set[str]:
    return {one.type_param_str for one in schema.type_constraints}


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
