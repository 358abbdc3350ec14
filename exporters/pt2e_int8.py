"""PT2E static quantization: int8 for the backends of ExecuTorch, on the graph of torch.export."""

from __future__ import annotations

import torch
from torch import nn
from torchao.quantization.pt2e import HistogramObserver, MinMaxObserver
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer import Quantizer

from exporters import Source
from exporters.executorch import exported

OBSERVERS = {"min-max": MinMaxObserver, "histogram": HistogramObserver}
"""How an activation's range follows from what calibration saw of it, as torchao has them."""


def quantized(source: Source, quantizer: Quantizer) -> nn.Module:
    """The module with what `quantizer` says quantized, calibrated on every sample: it takes the
    inputs in their order and gives a tuple in the specs' order. Batch norms are folded before.
    """
    prepared = prepare_pt2e(exported(source).module(), quantizer)
    with torch.no_grad():
        for sample in source.samples():
            prepared(*(torch.from_numpy(value) for value in sample.values()))
    module: nn.Module = convert_pt2e(prepared)
    return module
