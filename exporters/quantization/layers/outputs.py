"""What a program in float64 gave, as arrays in the order of the recipe's outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from onpar.exporters import Source
from onpar.exporters.quantization.exact.arithmetic import F64
from onpar.exporters.tracing.in_order import in_order


def in_specs_order(made: Any, source: Source) -> tuple[F64, ...]:
    """The tensors that a module returned, f64; integers too."""
    outputs = in_order(made, [spec.name for spec in source.model.outputs])
    return tuple(one.double().numpy().astype(np.float64, copy=False) for one in outputs)
