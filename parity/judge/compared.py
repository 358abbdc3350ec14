"""One tensor and its reference: the error, whether it is allowed, and its cause."""

from __future__ import annotations

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.tolerance import Allowed, Tolerance, as_allowed
from onpar.parity.judge.metrics import Distance, nearest
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict


def compared(
    stage: str, tensor: str, fault: Fault, allowed: Tolerance | Allowed, known: Mistakes | None
) -> StageVerdict:
    """PASS, or VALUE with the difference and its cause, if one of the `known` mistakes explains it.
    `tensor` is the name to show; `fault` has the value and its reference.

    Both are finite, not empty, and of one shape. Raises ValueError otherwise.
    """
    measured, tolerance = nearest(fault.got, fault.ref, as_allowed(allowed))
    where = f" of {measured.group}" if measured.group else ""
    if measured.within(tolerance):
        status = Status.PASS
        detail = (
            f"{tensor}: largest error{where} {measured.max_abs:.3g} of {tolerance.max_abs:.3g} "
            "allowed"
            if measured.differing
            else f"{tensor}: equal to the bit"
        )
    else:
        status = Status.VALUE
        cause = diagnose(known, fault)
        detail = _difference(tensor, measured, tolerance) + (f" {cause}" if cause else "")
    return StageVerdict(stage, status, detail, tensor, measured, None, tolerance)


def _difference(tensor: str, measured: Distance, tolerance: Tolerance) -> str:
    worst = measured.worst
    where = f"in {measured.group} " if measured.group else ""
    got, expected, most = f"{worst.got:.6g}", f"{worst.expected:.6g}", f"{measured.max_abs:.3g}"
    if isinstance(worst.got, int) and isinstance(worst.expected, int):
        # Of integers all digits count: two of them may look alike in the first six.
        got, expected, most = (
            str(one) for one in (worst.got, worst.expected, abs(worst.got - worst.expected))
        )
    return (
        f"{tensor}: {measured.differing:.1%} of the values differ, {where}by up to "
        f"{most} where {tolerance.max_abs:.3g} is allowed (RMS "
        f"{measured.rmse:.3g}, allowed {tolerance.rms:.3g}); worst at "
        f"{list(worst.index)}: got {got}, expected {expected}."
    )
