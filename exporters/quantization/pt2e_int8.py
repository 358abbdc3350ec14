"""PT2E static quantization: int8 for the backends of ExecuTorch, on the graph of torch.export."""

from __future__ import annotations

import copy

import torch
from torch import fx
from torchao.quantization.pt2e import HistogramObserver, MinMaxObserver
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer import QuantizationAnnotation, Quantizer

from onpar.exporters import Source
from onpar.exporters.graphs.exported import exported
from onpar.exporters.quantization import held
from onpar.exporters.quantization.stored_in_pt2e import stored
from onpar.exporters.tracing.module_names import below, module_of

OBSERVERS = {"min-max": MinMaxObserver, "histogram": HistogramObserver}
"""The ways to get an activation's range from its calibration values, by torchao's names."""

ANNOTATION = "quantization_annotation"
"""Where a quantizer keeps a node's annotation (torchao's quantizer/utils.py)."""


def quantized(source: Source, quantizer: Quantizer, variant: str = "pte-int8") -> fx.GraphModule:
    """The module, quantized by `quantizer` and calibrated on every sample. Its inputs are in their
    order, and its output is a tuple in the specs' order. Batch norms are folded first.
    `source.float_layers` stay as they are.

    Raises ExportError, with `variant` to leave out, if it stored something else than the module
    has.
    """
    module, wanted = converted(source, quantizer)
    held.check(stored(module, wanted), variant)
    return module


def converted(
    source: Source, quantizer: Quantizer, fold: bool = True
) -> tuple[fx.GraphModule, fx.GraphModule]:
    """The quantized module, unchecked, and the float program that it was made from, with its batch
    norms not yet folded. Without `fold` it has weights in float32, and operators that quantize
    them."""
    program = exported(source).module()
    wanted = copy.deepcopy(program)
    prepared = prepare_pt2e(program, OfFloats(quantizer, source.float_layers))
    with torch.no_grad():
        for sample in source.samples():
            prepared(*(torch.from_numpy(value) for value in sample.values()))
    return convert_pt2e(prepared, fold_quantize=fold), wanted


class OfFloats(Quantizer):  # type: ignore[misc]
    """A quantizer that does not quantize the modules `float_layers`, nor arithmetic on integers
    (positions, masks, indices).

    XNNPACK's own makes every number that is added or multiplied a float tensor, so that `positions
    + 1` is not an index any more, and its patterns ignore an operator's type.
    """

    def __init__(self, quantizer: Quantizer, float_layers: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.quantizer, self.float_layers = quantizer, float_layers

    def transform_for_annotation(self, model: fx.GraphModule) -> fx.GraphModule:
        before = {node: node.args for node in model.graph.nodes if _of_integers(node)}
        model = self.quantizer.transform_for_annotation(model)
        for node, arguments in before.items():
            node.args = arguments
        model.graph.eliminate_dead_code()
        model.recompile()
        return model

    def annotate(self, model: fx.GraphModule) -> fx.GraphModule:
        kept = [n for n in model.graph.nodes if below(module_of(n.meta), self.float_layers)]
        for node in kept:
            # A quantizer annotates no pattern with a node that is annotated already.
            node.meta[ANNOTATION] = QuantizationAnnotation(_annotated=True)
        model = self.quantizer.annotate(model)
        for node in kept:
            del node.meta[ANNOTATION]
        for node in model.graph.nodes:
            annotation = node.meta.get(ANNOTATION)
            inputs = annotation.input_qspec_map if annotation else {}
            if _of_integers(node) or any(map(_of_integers, inputs)):
                node.meta.pop(ANNOTATION, None)
        return model

    def validate(self, model: fx.GraphModule) -> None:
        self.quantizer.validate(model)


def _of_integers(node: fx.Node) -> bool:
    value = node.meta.get("val")
    return isinstance(value, torch.Tensor) and not value.is_floating_point()
