"""The definitions of ONNX operators, and their bodies: some operators are defined as functions.

If onnxruntime has no kernel for an operator, it inlines the operator's body. It does so if the
definitions of the operators inside are the same at the body's opset and at the model's (onnx's
OpSchema::ValidateReferencedOpsInFuncton, called by onnxruntime's Node::TryGetFunctionProto). Tried
with onnxruntime 1.31.1: 12,881 models of one operator, for ten opsets from 13 to 25.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import onnx
from onnx import defs

from onpar.pipeline.preflight.read.onnx_types import type_of

DOMAIN = "ai.onnx"
"""The name of the default domain, which may be empty in files."""


@dataclass(frozen=True)
class Definition:
    """An operator's schema; for each input and output its type parameter, empty for a fixed
    type."""

    schema: defs.OpSchema
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    function: bool


@lru_cache(maxsize=4096)
def definition(operator: str, domain: str, opset: int) -> Definition | None:
    """The definition that is valid at an opset; None if there is none."""
    try:
        schema = defs.get_schema(operator, opset, "" if domain == DOMAIN else domain)
    except defs.SchemaError:
        return None
    known = {one.type_param_str for one in schema.type_constraints}
    inputs, outputs = (
        tuple(one.type_str if one.type_str in known else "" for one in side)
        for side in (schema.inputs, schema.outputs)
    )
    function = bool(schema.has_function or schema.has_context_dependent_function)  # type: ignore[attr-defined]
    return Definition(schema, inputs, outputs, function)


def function_of(
    schema: defs.OpSchema, node: onnx.NodeProto, opset: int, given: Sequence[str]
) -> onnx.FunctionProto | None:
    """A node's body for inputs of these item types, with its attributes filled in; None if it has
    no body that onnxruntime would inline."""
    versions: Sequence[int]
    get: Callable[..., bytes]
    if schema.has_function:  # type: ignore[attr-defined]
        versions = schema.function_opset_versions  # type: ignore[attr-defined]
        get = schema.get_function_with_opset_version  # type: ignore[attr-defined]
        more: tuple[object, ...] = ()
    else:
        versions = schema.context_dependent_function_opset_versions  # type: ignore[attr-defined]
        get = schema.get_context_dependent_function_with_opset_version  # type: ignore[attr-defined]
        more = (node.SerializeToString(), [type_of(item).SerializeToString() for item in given])
    version = max((one for one in versions if one <= opset), default=0)
    try:
        content = get(version, *more) if version else b""
    except Exception:  # For item types that it does not support.
        return None
    function = onnx.FunctionProto()
    function.ParseFromString(content)
    # If the body is made for the node, onnxruntime does not check that.
    same = schema.has_context_dependent_function or all(  # type: ignore[attr-defined]
        _since(one, version) == _since(one, opset)
        for one in function.node
        if one.domain in ("", DOMAIN)
    )
    if not function.node or not same:
        return None
    _fill(function, node, schema)
    return function


def _since(node: onnx.NodeProto, opset: int) -> int:
    found = definition(node.op_type, DOMAIN, opset)
    return found.schema.since_version if found else 0


def _fill(function: onnx.FunctionProto, node: onnx.NodeProto, schema: defs.OpSchema) -> None:
    """Replace references in the body by the node's attributes, or by their defaults."""
    given = {one.name: one for one in node.attribute}
    for inner in function.node:
        for at in reversed(range(len(inner.attribute))):
            one = inner.attribute[at]
            if not one.ref_attr_name:
                continue
            known = schema.attributes.get(one.ref_attr_name)
            value = given.get(one.ref_attr_name) or (known.default_value if known else None)
            name = one.name
            if value is not None and value.type:
                one.CopyFrom(value)
                one.name = name
            else:
                del inner.attribute[at]
