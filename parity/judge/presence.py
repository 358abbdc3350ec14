"""Is every tensor there, and sound? Presence, shape, dtype and finiteness, before any value."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np

from onpar.parity.contract.capture import Capture, Tensor, Wanted, rerun_stages
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import Artifact, TensorSpec, output_tensors, stages_of
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.parity.limits.limits import MAX_PIXELS

PROBE = "probe/classmap"
"""What an app's arg-max makes of made-up scores; `onpar.parity.judge.stages` judges its shape and
values."""


def judge_presence(
    capture: Capture, artifact: Artifact, golden: Golden
) -> tuple[list[StageVerdict], set[str]]:
    """MISSING, EXTRA, SHAPE, DTYPE and NONFINITE, and VALUE for what is no class map; and the names
    of the tensors free of them."""
    expected = expected_tensors(artifact, golden)
    reruns = rerun_tensors(capture, artifact)
    held = {n: TensorSpec(n, t.shape, t.dtype.name) for n, t in capture.tensors.items()}
    held |= capture.unread
    known = expected.keys() | reruns.keys() | ({PROBE} if takes_argmax(artifact) else set())
    faults = [
        StageVerdict(
            _stage(name, artifact),
            Status.EXTRA,
            f"{name}: the artifact has no such tensor; it has {', '.join(expected)}",
            name,
        )
        for name in sorted(held.keys() - known)
    ]
    valid = set()
    present = {name: spec for name, spec in reruns.items() if name in held}
    for name, spec in (expected | present).items():
        fault = tensor_fault(name, held.get(name), capture.tensors.get(name), spec)
        if fault:
            faults.append(StageVerdict(_stage(name, artifact), *fault, name))
        else:
            valid.add(name)
    return faults, valid


def rerun_tensors(capture: Capture, artifact: Artifact) -> dict[str, TensorSpec]:
    """Shape and dtype of what a capture may hold of runs that differed: one stage for every digest
    that is not the last run's, and the first in any case."""
    differing = len(set(capture.info.output_sha256)) - 1
    return {
        f"{stage}/{spec.name}": spec
        for stage in islice(rerun_stages(), max(1, differing))
        for spec in output_tensors(artifact).values()
    }


def takes_argmax(artifact: Artifact) -> bool:
    """Whether the app itself makes the class map, and so has a `probe/classmap`."""
    return artifact.model.classmap is not None and artifact.io == "tensor"


def expected_tensors(artifact: Artifact, golden: Golden) -> dict[str, TensorSpec]:
    """Shape and dtype of every tensor that a capture must hold, by its name, in stage order."""
    model, tensors, prep = artifact.model, golden.capture.tensors, artifact.model.prep
    specs: dict[str, dict[str, TensorSpec]] = {
        "input": {f"input/{spec.name}": spec for spec in artifact.inputs},
        "output": {f"output/{spec.name}": spec for spec in model.outputs},
    }
    if prep:
        specs["decoded"] = {"decoded": TensorSpec("decoded", tensors["decoded"].shape, "uint8")}
        specs["resized"] = {"resized": TensorSpec("resized", (prep.height, prep.width, 3), "uint8")}
    if model.classmap:
        drawn = TensorSpec("classmap", tensors["classmap"].shape, "uint8")
        specs["classmap"] = {"classmap": output_tensors(artifact).get("classmap", drawn)}
    return {name: spec for stage in stages_of(artifact) for name, spec in specs[stage].items()}


def wanted(artifact: Artifact) -> Wanted:
    """Which tensors of a capture of this artifact are read: those that it must or may hold, in the
    shape and dtype that they must have. The others are judged by the header alone."""
    model, prep = artifact.model, artifact.model.prep
    outputs = output_tensors(artifact)
    specs = {f"input/{spec.name}": spec for spec in artifact.inputs} | outputs
    specs |= {f"rerun/{spec.name}": spec for spec in outputs.values()}
    if prep:
        specs["resized"] = TensorSpec("resized", (prep.height, prep.width, 3), "uint8")
    if model.classmap and artifact.io == "tensor":
        scores = next(spec for spec in model.outputs if spec.name == model.classmap.output)
        specs["classmap"] = TensorSpec("classmap", scores.shape[2:], "uint8")
        specs[PROBE] = TensorSpec(PROBE, (scores.shape[1], 4), "uint8")

    def is_wanted(held: TensorSpec) -> bool:
        if held.name == "decoded":
            photo = held.dtype == "uint8" and len(held.shape) == 3 and held.shape[2] == 3
            return photo and held.shape[0] * held.shape[1] <= MAX_PIXELS
        spec = specs.get(re.sub(r"^rerun\.\d+/", "rerun/", held.name))
        return spec is not None and (held.shape, held.dtype) == (spec.shape, spec.dtype)

    return is_wanted


def _stage(name: str, artifact: Artifact) -> str:
    prefix = name.partition("/")[0]
    if prefix.partition(".")[0] == "rerun":
        return "runs"
    if name == PROBE:
        return "classmap" if takes_argmax(artifact) else "output"
    return prefix if prefix in stages_of(artifact) else "output"


def tensor_fault(
    name: str, held: TensorSpec | None, tensor: Tensor | None, spec: TensorSpec
) -> tuple[Status, str] | None:
    """Status and sentence of a tensor that is absent, is not what `spec` says, or is not finite;
    None for a sound one. `held` is its header, and `tensor` itself is None where it was not read.
    """
    if held is None:
        return Status.MISSING, f"{name} is absent; the target must write it into the capture"
    if held.shape != spec.shape:
        return (
            Status.SHAPE,
            f"{name} has shape {list(held.shape)}, expected {list(spec.shape)}; check the order "
            "of height, width and channels",
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
    # What is compared class by class; a format may have its own dtype for them.
    drawn = not name.startswith(("input/", "output/")) and name.endswith("classmap")
    classes = drawn and tensor.dtype.kind in "iu" and tensor.size
    if classes and not 0 <= tensor.min() <= tensor.max() <= 255:
        least, most = tensor.min(), tensor.max()
        return Status.VALUE, f"{name} holds {least} to {most}, expected classes of 0 to 255"
    return None
