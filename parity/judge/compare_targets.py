"""Two targets on one artifact and case: the difference between their results.

It does not affect a verdict, because both are judged by the golden. It distinguishes a wrong file
from a wrong runtime: Apple's Core ML compared with onpar's evaluation of the same program.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.chain import chain_of, map_shown
from onpar.parity.contract.spec import Artifact
from onpar.parity.judge.metrics import decibel, distance


def compare_targets(mine: Capture, other: Capture, artifact: Artifact) -> str:
    """A sentence on every finite output, and the class map, that both have in the same shape; empty
    if there are none."""
    return "; ".join(_sentences(mine, other, artifact))


def _sentences(mine: Capture, other: Capture, artifact: Artifact) -> Iterator[str]:
    drawn = map_shown(artifact.model)
    for name, got in mine.tensors.items():
        ref = other.tensors.get(name)
        if ref is None or ref.shape != got.shape or not got.size:
            continue
        if drawn and name in drawn.makes:
            yield f"{np.mean(got == ref):.3%} of the class map's pixels are the same"
        elif name in chain_of(artifact).given and np.isfinite(got).all() and np.isfinite(ref).all():
            apart = distance(got, ref)
            snr = "" if apart.snr_db is None else f", {decibel(apart.snr_db)} SNR"
            yield f"{name} differs by up to {apart.max_abs:.3g} (RMS {apart.rmse:.3g}{snr})"
