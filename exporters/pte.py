"""ExecuTorch `.pte`, delegated to XNNPACK: runs on every phone's processor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)

from onpar.exporters import Source
from onpar.exporters.lowering.program import exported, write
from onpar.exporters.lowering.xnnpack_means import in_blocks
from onpar.exporters.lowering.xnnpack_patterns import patterns_for
from onpar.exporters.quantization.pt2e_int8 import OBSERVERS, quantized

OBSERVER = "histogram"
"""The default of XNNPACK's quantizer."""


def export(source: Source, path: Path, observer: str = OBSERVER) -> tuple[str, ...]:
    """Write one file that includes the weights; inputs and outputs are in the recipe's order.

    `observer` is one of OBSERVERS; bench/quantization.py compares them.
    Raises ExportError as `write` does.
    """
    if source.precision == "int8":  # sums of integers are exact
        program = exported(source, quantized(source, quantizer(observer)))
    else:
        program = in_blocks(exported(source))
    with patterns_for(program):
        return write(program, [XnnpackPartitioner()], path, "pte")


def quantizer(observer: str) -> XNNPACKQuantizer:
    """XNNPACK's own quantizer: weights s8 per channel, activations s8 per tensor, ranges by
    `observer`."""
    config = get_symmetric_quantization_config(is_per_channel=True)
    seen = replace(
        config.input_activation,
        # The smallest scale in XNNPACK's own configuration.
        observer_or_fake_quant_ctr=OBSERVERS[observer].with_args(eps=2**-12),
    )
    return XNNPACKQuantizer().set_global(
        replace(config, input_activation=seen, output_activation=seen)
    )
