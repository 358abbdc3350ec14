"""Checks that the target that a capture names can have made it, from where the capture ran."""

from __future__ import annotations

from collections.abc import Sequence

from onpar.parity.contract.capture import CaptureInfo
from onpar.parity.contract.spec import Artifact
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.pipeline.targets import TARGETS

UNITS = "CPU, GPU, NPU, several with `+`, or a delegate's name"


def unknown_target(info: CaptureInfo) -> StageVerdict | None:
    """A verdict if no target has the name in the capture."""
    if info.target in TARGETS:
        return None
    if info.target == "reference":
        detail = "this is a golden, which always agrees with itself; give a capture of a target"
        return StageVerdict("identity", Status.UNJUDGED, detail)
    return StageVerdict(
        "identity",
        Status.WRONG_TARGET,
        f"its target is {info.target!r}, expected one of {', '.join(TARGETS)}; capture again",
    )


def impossible(info: CaptureInfo, artifact: Artifact) -> StageVerdict | None:
    """A verdict if the named target cannot have made this capture: it does not run the format, or
    has another system, processor, runtime or compute unit. UNJUDGED if the capture does not name
    the compute unit."""
    target = TARGETS[info.target]
    made, formats = target.made, target.made.formats or target.formats
    faults = [
        f"{what} is {got!r}, expected {' or '.join(expected) or 'none'}"
        for what, got, expected, possible in (
            ("format", artifact.format, formats, artifact.format in formats),
            ("os", info.os, made.systems, _begins(info.os, made.systems)),
            ("arch", info.arch, made.architectures, info.arch in made.architectures),
            ("runtime", info.runtime, made.runtimes, _among(info.runtime, made.runtimes)),
            ("compute_unit", info.compute_unit, made.units, _among(info.compute_unit, made.units)),
        )
        if not possible and (got or what != "compute_unit")
    ]
    if faults:
        detail = (
            f"{info.target} cannot have made this capture: its {'; its '.join(faults)}; give "
            "captures the name of the target that made them"
        )
        return StageVerdict("identity", Status.WRONG_TARGET, detail)
    if not info.compute_unit:
        detail = (
            "the capture does not say what computed it: its metadata has no 'compute_unit' "
            f"({UNITS}); update the app, and capture again"
        )
        return StageVerdict("identity", Status.UNJUDGED, detail)
    return None


def other_unit(info: CaptureInfo) -> str:
    """The compute unit, if it is not the target's default; else empty."""
    default = TARGETS[info.target].made.units[0]
    return info.compute_unit if info.compute_unit != default else ""


def _begins(system: str, names: Sequence[str]) -> bool:
    return any(system == name or system.startswith(name + " ") for name in names)


def _among(got: str, expected: Sequence[str]) -> bool:
    return not expected or got in expected
