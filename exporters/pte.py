"""ExecuTorch `.pte`, delegated to XNNPACK: runs on every phone's processor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)
from torch.export import ExportedProgram

from onpar.exporters import Source
from onpar.exporters.graphs.exported import exported
from onpar.exporters.lowering.program import lowered, write
from onpar.exporters.lowering.xnnpack_means import in_blocks
from onpar.exporters.lowering.xnnpack_patterns import patterns_for
from onpar.exporters.program import Written
from onpar.exporters.quantization.exact.pt2e_program import program_of
from onpar.exporters.quantization.pt2e_int8 import OBSERVERS, quantized

OBSERVER = "histogram"
"""The default of XNNPACK's quantizer."""


def export(source: Source, path: Path, observer: str = OBSERVER) -> Written:
    """Write one file that includes the weights; inputs and outputs are in the recipe's order.

    `observer` is one of OBSERVERS; bench/quantization.py compares them.
    Raises ExportError as `write` does.
    """
    if source.precision == "int8":  # sums of integers are exact
        module = quantized(source, quantizer(observer))
        made_by = program_of(module, source, lambda shown: lowered_file(exported(source, shown)))
        program = exported(source, module)
    else:
        program, made_by = in_blocks(exported(source)), None
    with patterns_for(program):
        return Written(write(program, [XnnpackPartitioner()], path, "pte"), made_by)


def lowered_file(program: ExportedProgram) -> bytes:
    """The content of a file of the program."""
    with patterns_for(program):
        return bytes(lowered(program, [XnnpackPartitioner()]).buffer)


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
