"""What an app's own steps make of made-up tensors: those of photos rarely test all of a step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onpar.parity.contract.capture import DTYPES, Capture
from onpar.parity.contract.chain import Chain
from onpar.parity.contract.steps.step import Probe, Step
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict


def judge_probes(chain: Chain, step: Step, capture: Capture) -> Iterator[StageVerdict]:
    """A verdict on each probe of the step."""
    for name, (probed, probe) in chain.probes.items():
        if probed is step:
            yield judged_probe(step, name, probe, capture)


def judged_probe(step: Step, name: str, probe: Probe, capture: Capture) -> StageVerdict:
    """The verdict on one probe, whose result has this `name` in a capture."""
    return StageVerdict(step.kind, *_judged(name, probe, capture), name)


def _judged(name: str, probe: Probe, capture: Capture) -> tuple[Status, str]:
    shapes = {name: spec.shape for name, spec in capture.unread.items()}
    shapes |= {name: tensor.shape for name, tensor in capture.tensors.items()}
    if name not in shapes:
        return Status.UNJUDGED, (
            f"no {name}: {probe.tests} is not known; let the app write it "
            "(parity/contract/capture.py)"
        )
    expected, dtype = probe.expected, DTYPES[probe.expected.dtype.name].lower()
    if name not in capture.tensors or shapes[name] != expected.shape:
        return Status.VALUE, (
            f"{name} has shape {list(shapes[name])}, expected {dtype} {list(expected.shape)}"
        )
    got = capture.tensors[name]
    if np.array_equal(got, expected):
        return Status.PASS, f"{name} is as it must be"
    return Status.VALUE, f"{name}: {probe.wrong(got)}"
