"""ONNX `.onnx`: IR version, opsets, and the operators with the item types that they run on."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import inliner, shape_inference

from onpar.pipeline.preflight.read.contents import Contents, unreadable
from onpar.pipeline.preflight.read.flat import mapped
from onpar.pipeline.preflight.read.onnx_definitions import DOMAIN
from onpar.pipeline.preflight.read.onnx_functions import check, every_node
from onpar.pipeline.preflight.read.onnx_light import without_weights
from onpar.pipeline.preflight.read.onnx_uses import uses


def read(path: Path) -> Contents:
    """Raises OnparError if it is not an ONNX model."""
    model = _parsed(path)
    opsets = _opsets(model)
    if not opsets or not model.ir_version:
        raise unreadable(path, "not an ONNX model: it says neither its opsets nor its IR version")
    external = any(t.data_location == t.EXTERNAL for t in model.graph.initializer)
    newest = dict(opsets)
    if model.functions:
        for function in model.functions:
            newest |= {d: max(v, newest.get(d, 0)) for d, v in _opsets(function).items()}
        check(model, path)
        _of_one_opset(model)
    try:
        if model.functions:
            model = inliner.inline_local_functions(model)
        model = shape_inference.infer_shapes(model)
    except Exception as error:  # Its C++ may raise anything: then no more types are known.
        unchecked = f"item types within it (onnx cannot infer them: {str(error).splitlines()[0]})"
    else:
        unchecked = "item types that onnx cannot infer"
    found = dict.fromkeys(uses(model.graph, opsets, {}))
    return Contents(
        format="onnx",
        file_version=model.ir_version,
        opsets=newest,
        uses=tuple(found),
        unchecked=unchecked + ("; the external file with the weights" if external else ""),
    )


def _parsed(path: Path) -> onnx.ModelProto:
    try:
        model = onnx.ModelProto()
        model.ParseFromString(without_weights(mapped(path)))
        _check_texts(model)
        return model
    except (ValueError, DecodeError) as error:
        raise unreadable(path, f"not a whole ONNX model ({error})") from error


def _check_texts(model: onnx.ModelProto) -> None:
    """Raises ValueError for a name that is not UTF-8: protocol buffers return it as bytes."""
    functions = tuple(model.functions)
    nodes = chain(model.graph.node, *(one.node for one in functions))
    opsets = chain(model.opset_import, *(one.opset_import for one in functions))
    texts = chain(
        *((n.op_type, n.domain, n.name, n.overload) for n in every_node(nodes)),
        *((one.domain, one.name, one.overload) for one in functions),
        (one.domain for one in opsets),
    )
    for text in texts:
        if not isinstance(text, str):
            raise ValueError(f"the name {text[:80]!r} is not UTF-8")


def _opsets(one: onnx.ModelProto | onnx.FunctionProto) -> dict[str, int]:
    return {opset.domain or DOMAIN: opset.version for opset in one.opset_import}


def _of_one_opset(model: onnx.ModelProto) -> None:
    """Give the functions the model's opset: onnxruntime ignores their own opset (tried: `axes` as
    an attribute of ReduceMean loads in a function of opset 18 in a model of opset 13, but not in a
    function of opset 13 in a model of opset 18)."""
    opsets = _opsets(model)
    for function in model.functions:
        for opset in function.opset_import:
            opset.version = opsets.get(opset.domain or DOMAIN, opset.version)
