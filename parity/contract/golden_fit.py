"""Does a golden hold what the artifact's sidecar says? Only then can it judge a capture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import ModelSpec, TensorSpec


def golden_faults(golden: Golden, model: ModelSpec) -> Iterator[str]:
    """A sentence for each of the model's tensors that is missing from the golden, or has another
    shape or dtype. A golden of the same recipe digest has none, unless another program wrote it."""
    tensors = golden.capture.tensors
    for name, spec in reference_tensors(model).items():
        yield from _faults(name, tensors.get(name), spec)
    decoded = tensors.get("decoded")
    if model.prep and not _is_photo(decoded):
        got = "absent" if decoded is None else f"{decoded.dtype.name} {list(decoded.shape)}"
        yield f"decoded is {got}, expected uint8 [H, W, 3]"
    for output in model.outputs:
        if output.name not in golden.floors or output.name not in golden.gates:
            yield f"output {output.name} has no noise floor or no gates"


def reference_tensors(model: ModelSpec) -> dict[str, TensorSpec]:
    """What a golden holds besides `decoded`, by the tensor's name."""
    specs = {f"input/{spec.name}": spec for spec in model.inputs}
    specs |= {f"output/{spec.name}": spec for spec in model.outputs}
    if model.prep:
        shape = (model.prep.height, model.prep.width, 3)
        specs["resized"] = TensorSpec("resized", shape, "uint8")
    if model.classmap:
        scores = next(spec for spec in model.outputs if spec.name == model.classmap.output)
        specs["classmap"] = TensorSpec("classmap", scores.shape[2:], "uint8")
    return specs


def _faults(name: str, tensor: Tensor | None, spec: TensorSpec) -> Iterator[str]:
    expected = f"expected {spec.dtype} {list(spec.shape)}"
    if tensor is None:
        yield f"{name} is missing, {expected}"
    elif (tensor.shape, tensor.dtype.name) != (spec.shape, spec.dtype):
        yield f"{name} is {tensor.dtype.name} {list(tensor.shape)}, {expected}"
    elif not tensor.size:
        yield f"{name} has no values, so there is nothing to compare"
    elif not np.isfinite(tensor).all():
        yield f"{name} holds NaN or infinity"


def _is_photo(tensor: Tensor | None) -> bool:
    if tensor is None or tensor.dtype != np.uint8 or not tensor.size:
        return False
    return tensor.ndim == 3 and tensor.shape[2] == 3
