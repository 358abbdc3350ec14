"""Is every tensor present and sound? Presence, shape, dtype and finiteness, before any value."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np

from onpar.parity.contract.capture import Capture, Tensor, Wanted, rerun_stages
from onpar.parity.contract.chain import Chain, chain_of, makers_of
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.contract.tensor_spec import ANY, TensorSpec, fits
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import REPEAT, StageVerdict
from onpar.parity.limits.limits import MAX_PIXELS


def judge_presence(
    capture: Capture, artifact: Artifact, golden: Golden
) -> tuple[list[StageVerdict], set[str]]:
    """MISSING, EXTRA, SHAPE, DTYPE and NONFINITE, and VALUE for a tensor that is not a class map or
    a mask; and the names of the tensors without these faults."""
    chain, makers = chain_of(artifact), makers_of(artifact.steps)
    expected = expected_tensors(chain, golden)
    reruns = rerun_tensors(capture, chain)
    held = {n: TensorSpec(n, t.shape, t.dtype.name) for n, t in capture.tensors.items()}
    held |= capture.unread
    known = expected.keys() | reruns.keys() | chain.probes.keys()
    faults = [
        StageVerdict(
            _stage(name, chain, makers),
            Status.EXTRA,
            f"{name}: the artifact has no such tensor; it has {', '.join(expected)}",
            name,
        )
        for name in sorted(held.keys() - known)
    ]
    valid = set()
    present = {name: spec for name, spec in reruns.items() if name in held}
    for name, spec in (expected | present).items():
        maker = makers[name.rpartition("/")[2]]
        fault = tensor_fault(name, held.get(name), capture.tensors.get(name), spec, maker)
        if fault:
            faults.append(StageVerdict(_stage(name, chain, makers), *fault, name))
        else:
            valid.add(name)
    return faults, valid


def rerun_tensors(capture: Capture, chain: Chain) -> dict[str, TensorSpec]:
    """Shape and dtype of the tensors that a capture may hold of differing runs: one stage for every
    digest that is not the last run's, and the first in any case."""
    differing = len(set(capture.info.output_sha256)) - 1
    return {
        f"{stage}/{name}": spec
        for stage in islice(rerun_stages(), max(1, differing))
        for name, spec in chain.given.items()
    }


def expected_tensors(chain: Chain, golden: Golden) -> dict[str, TensorSpec]:
    """Shape and dtype of every tensor that a capture must hold, by its name, in the order of the
    steps; a size that depends on the case is the golden's."""
    return {
        name: TensorSpec(name, golden.capture.tensors[name].shape, spec.dtype)
        if ANY in spec.shape
        else spec
        for name, spec in chain.specs.items()
    }


def wanted(artifact: Artifact) -> Wanted:
    """The tensors of a capture of this artifact that are read: those that it must or may hold, in
    the required shape and dtype. The others are judged by the header alone."""
    chain = chain_of(artifact)
    specs = dict(chain.specs)
    specs |= {f"rerun/{name}": spec for name, spec in chain.given.items()}
    for name, (_, probe) in chain.probes.items():
        specs[name] = TensorSpec(name, probe.expected.shape, probe.expected.dtype.name)

    def is_wanted(held: TensorSpec) -> bool:
        spec = specs.get(re.sub(r"^rerun\.\d+/", "rerun/", held.name))
        if spec is None or held.dtype != spec.dtype or not fits(held.shape, spec):
            return False
        return ANY not in spec.shape or held.shape[0] * held.shape[1] <= MAX_PIXELS

    return is_wanted


def _stage(name: str, chain: Chain, makers: dict[str, Step]) -> str:
    prefix = name.partition("/")[0]
    if prefix.partition(".")[0] == "rerun":
        return REPEAT
    if name in chain.specs:
        return makers[name].kind
    if name in chain.probes:
        return chain.probes[name][0].kind
    return chain.run.kind


def tensor_fault(
    name: str,
    held: TensorSpec | None,
    tensor: Tensor | None,
    spec: TensorSpec,
    maker: Step | None = None,
) -> tuple[Status, str] | None:
    """Status and sentence of a tensor that is missing, does not match `spec` or is not finite; None
    for a sound one. `held` is its header; `tensor` is None if it was not read. `maker` is the step
    that makes it; a class map or a mask may have an integer dtype of the format's own.
    """
    if held is None:
        return Status.MISSING, f"{name} is missing; the target must write it into the capture"
    if held.shape != spec.shape:
        return (
            Status.SHAPE,
            f"{name} has shape {list(held.shape)}, expected {list(spec.shape)}; check "
            f"{_shape_advice(spec, maker)}",
        )
    if held.dtype != spec.dtype:
        return Status.DTYPE, f"{name} is {held.dtype}, expected {spec.dtype}"
    if tensor is None:
        return Status.MISSING, f"{name} is larger than any that is read"
    finite = np.isfinite(tensor)
    if not finite.all():
        at = tuple(int(i) for i in np.unravel_index(int(finite.argmin()), finite.shape))
        return (
            Status.NONFINITE,
            f"{name} holds {np.count_nonzero(~finite):,} of {tensor.size:,} values that are not "
            f"finite, the first at {list(at)}: got {tensor[at]}; look for a division by zero or "
            "an overflow of half precision in front of it",
        )
    drawn = isinstance(maker, Argmax | Threshold) and tensor.dtype.kind in "iu"
    if drawn and tensor.size and not _all_bytes(tensor):
        least, most = tensor.min(), tensor.max()
        return Status.VALUE, f"{name} holds {least} to {most}, expected classes of 0 to 255"
    return None


def _shape_advice(spec: TensorSpec, maker: Step | None) -> str:
    """What to look at where the shape is another."""
    if isinstance(maker, TopK):
        return f"k, the number of classes that are shown ({maker.k}); they have no batch axis"
    if len(spec.shape) < 3:
        return "the number of values, such as the classes of a classifier, and the batch axis"
    return "the order of height, width and channels"


def _all_bytes(tensor: Tensor) -> bool:
    return bool(0 <= tensor.min() <= tensor.max() <= 255)
