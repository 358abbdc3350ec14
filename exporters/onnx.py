"""ONNX `.onnx` through torch.export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from parity.spec import TensorSpec

OPSET = 20
"""The opset that torch 2.14 writes without converting. onnxruntime reads it from 1.17 on
(its docs/OperatorKernels and versioning table); preflight tells what a phone's runtime reads."""


class _InOrder(nn.Module):
    """The outputs as a tuple in the specs' order: a dictionary's order is not part of its type,
    and names given to `torch.onnx.export` go by position."""

    def __init__(self, module: nn.Module, names: tuple[str, ...]) -> None:
        super().__init__()
        self.module = module
        self.names = names

    def forward(self, *inputs: Tensor) -> Any:
        result = self.module(*inputs)
        if isinstance(result, Mapping):
            return tuple(result[name] for name in self.names)
        return result


def export(
    module: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[TensorSpec], path: Path
) -> tuple[str, ...]:
    """Write one file, weights included, with the recipe's names for inputs and outputs."""
    names = tuple(spec.name for spec in outputs)
    program = torch.onnx.export(
        _InOrder(module, names).eval(),
        tuple(inputs.values()),
        dynamo=True,
        opset_version=OPSET,
        input_names=list(inputs),
        output_names=list(names),
        external_data=False,
        verbose=False,
    )
    assert program is not None
    model: onnx.ModelProto = program.model_proto
    _forget_where_it_was_made(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return tuple(
        sorted({f"{node.domain or 'ai.onnx'}::{node.op_type}" for node in model.graph.node})
    )


def _forget_where_it_was_made(model: onnx.ModelProto) -> None:
    """The exporter writes stack traces with this machine's paths into the file: nobody's business
    on a phone, and two machines would never write equal files."""
    del model.metadata_props[:]
    graphs = [model.graph, *model.functions]
    for graph in graphs:
        del graph.metadata_props[:]
        for node in graph.node:
            del node.metadata_props[:]
            node.doc_string = ""
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    for tensor in model.graph.initializer:
        del tensor.metadata_props[:]
