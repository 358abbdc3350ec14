"""The judge of one array with only a reference: no recipe, no file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from onpar.parity.causes import Fault, Mistakes, Tensor, is_image
from onpar.parity.causes.arrays import ARRAY
from onpar.parity.causes.decoded import DECODED
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import EXACT, Allowed, Tolerance
from onpar.parity.judge.compared import compared
from onpar.parity.judge.metrics import decibel, distance
from onpar.parity.judge.presence import tensor_fault
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.parity.judge.wholly_wrong import drowned

STAGE = "array"

STATE_ONE = "state what is allowed: noise_floor, or max_abs and rms"


def judge_array(
    name: str, got: Tensor, ref: Tensor, allowed: Allowed | None, floored: bool
) -> StageVerdict:
    """SHAPE, DTYPE, NONFINITE, VALUE, UNJUDGED or PASS.

    A reference in float64 does not fix the dtype, because references are computed in float64.
    `allowed` is None if no tolerance is known. `floored` means that it comes from a noise floor,
    which may be as large as an output that is nearly 0. Other tolerances never excuse a wholly
    wrong array.
    """
    known = DECODED if is_image(ref) else ARRAY
    precise = ref.dtype == np.float64 and got.dtype.kind == "f"
    expected = TensorSpec(name, ref.shape, (got if precise else ref).dtype.name)
    if not ref.size and not got.size:
        return StageVerdict(STAGE, Status.UNJUDGED, f"{name}: the reference has no values", name)
    if not np.isfinite(ref).all():
        at = np.argwhere(~np.isfinite(ref))[0].tolist()
        detail = f"{name}: the reference itself is {ref[tuple(at)]} at {at}; fix its input"
        return StageVerdict(STAGE, Status.UNJUDGED, detail, name)
    fault = tensor_fault(name, TensorSpec(name, got.shape, got.dtype.name), got, expected)
    if fault:
        status, detail = fault
        cause = diagnose(known, Fault(got, ref)) if status is Status.SHAPE else ""
        return StageVerdict(STAGE, status, f"{detail}. {cause}" if cause else detail, name)
    if got.dtype.kind in "iub":
        judged = compared(STAGE, name, Fault(got, ref), allowed or EXACT, known)
        return _not_wholly_wrong(judged, got, ref, known)
    if np.array_equal(got, ref):
        allowed = allowed or Allowed(None, (Tolerance(0, 0, "equal to the bit: none is needed"),))
    if allowed is None:
        apart = distance(got, ref)
        detail = (
            f"{name}: no tolerance of {got.dtype} is known; {STATE_ONE}. Measured "
            f"{decibel(apart.snr_db)} SNR, largest error {apart.max_abs:.3g}"
        )
        return StageVerdict(STAGE, Status.UNJUDGED, detail, name, apart)
    judged = compared(STAGE, name, Fault(got, ref), allowed, known)
    return judged if floored else _not_wholly_wrong(judged, got, ref, known)


def _not_wholly_wrong(
    judged: StageVerdict, got: Tensor, ref: Tensor, known: Mistakes
) -> StageVerdict:
    """VALUE if the array is wholly wrong, whatever is allowed."""
    wholly = drowned(judged.distance, None) if judged.distance else ""
    if not wholly or judged.status is not Status.PASS:
        return judged
    cause = diagnose(known, Fault(got, ref))
    detail = f"{judged.tensor}: {wholly}." + (f" {cause}" if cause else "")
    return replace(judged, status=Status.VALUE, detail=detail)
