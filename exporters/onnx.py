"""ONNX `.onnx` through torch.export; int8 by onnxruntime's static quantization."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from torch import nn

from onpar.exporters import WEIGHTS_ALONE, Source
from onpar.exporters.graphs.onnx_image import from_pixels
from onpar.exporters.graphs.onnx_modules import KEY, keep_modules
from onpar.exporters.graphs.onnx_pads import keep_pads
from onpar.exporters.program import Program, Written
from onpar.exporters.quantization.exact.qdq_program import program_of
from onpar.exporters.quantization.onnx_int8 import quantize
from onpar.exporters.tracing.in_order import InOrder

OPSET = 20
"""The opset that torch 2.14 writes without a conversion, with IR version 10. onnxruntime reads both
from 1.18 on; preflight reports whether a phone's runtime does."""


def export(source: Source, path: Path) -> Written:
    """Write one file that includes the weights, with the recipe's names for inputs and outputs."""
    program: Program | None = None
    if source.precision == "int8":
        quantize(source, path)
        model = onnx.load(path)
    elif source.precision in WEIGHTS_ALONE:
        # Imported here: it takes seconds, and other precisions do not need it.
        from onpar.exporters.quantization.onnx_weights import compress
        from onpar.exporters.quantization.weights_alone import rounded

        made = rounded(source, "onnx")
        program = made.program(source)
        model = _exported(source, made.module)
        compress(model.graph)
    elif source.io == "image":
        model = from_pixels(source)
    else:
        assert source.module is not None
        model = _exported(source, InOrder(source.module, source.model.outputs).eval())
    _forget_where_it_was_made(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    names = {f"{node.domain or 'ai.onnx'}::{node.op_type}" for node in model.graph.node}
    if source.precision == "int8":
        program = program_of(model, onnx.load(str(source.file)))
    return Written(tuple(sorted(names)), program)


def _exported(source: Source, module: nn.Module) -> onnx.ModelProto:
    sample = next(source.samples())
    program = torch.onnx.export(
        module,
        tuple(torch.from_numpy(value) for value in sample.values()),
        dynamo=True,
        opset_version=OPSET,
        input_names=list(sample),
        output_names=[spec.name for spec in source.model.outputs],
        external_data=False,
        verbose=False,
    )
    assert program is not None
    model = program.model_proto
    keep_pads(model.graph)
    keep_modules(model.graph)
    return model


def _forget_where_it_was_made(model: onnx.ModelProto) -> None:
    """Remove the exporter's stack traces; the nodes' modules stay. The traces hold this machine's
    paths, which a phone must not get, and with them two machines would never write equal files."""
    del model.metadata_props[:]
    graphs = [model.graph, *model.functions]
    for graph in graphs:
        del graph.metadata_props[:]
        for node in graph.node:
            kept = [one for one in node.metadata_props if one.key == KEY]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
            node.doc_string = ""
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    for tensor in model.graph.initializer:
        del tensor.metadata_props[:]
