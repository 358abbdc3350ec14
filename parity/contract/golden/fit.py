"""Does a golden hold what the artifact's sidecar says? Only then can it judge a capture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.chain import tensor_specs
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec, fits, shown


def golden_faults(golden: Golden, model: ModelSpec) -> Iterator[str]:
    """A sentence for each of the model's tensors that is missing from the golden, or has another
    shape or dtype. A golden of the same recipe digest has none, unless another program wrote it."""
    tensors = golden.capture.tensors
    for name, spec in tensor_specs(model).items():
        yield from _faults(name, tensors.get(name), spec)
    for output in model.outputs:
        if output.name not in golden.floors or output.name not in golden.gates:
            yield f"output {output.name} has no noise floor or no gates"


def _faults(name: str, tensor: Tensor | None, spec: TensorSpec) -> Iterator[str]:
    expected = f"expected {spec.dtype} {shown(spec.shape)}"
    if tensor is None:
        yield f"{name} is missing, {expected}"
    elif tensor.dtype.name != spec.dtype or not fits(tensor.shape, spec):
        yield f"{name} is {tensor.dtype.name} {list(tensor.shape)}, {expected}"
    elif not tensor.size:
        yield f"{name} has no values, so there is nothing to compare"
    elif not np.isfinite(tensor).all():
        yield f"{name} holds NaN or infinity"
