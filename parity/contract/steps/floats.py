"""Is what a step takes a tensor of floats?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onpar.parity.contract.tensor_spec import TensorSpec, shown


def float_faults(takes: Sequence[str], given: Sequence[TensorSpec]) -> Iterator[str]:
    """A sentence for what a step takes if that is not float32 with an axis at least."""
    for name, spec in zip(takes, given, strict=True):
        if spec.dtype != "float32" or not spec.shape:
            yield f"takes {name}, {spec.dtype} {shown(spec.shape)}, expected float32 with an axis"
