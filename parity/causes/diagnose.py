"""Why a stage is wrong: it tries the known mistakes, and names the one that gives the same value.

A false cause is worse than none. Therefore a mistake is named only if it explains nearly all of the
difference (`MATCH`), and no other mistake explains it about as well (`MARGIN`). If a few do, as for
a symmetric photo, all of them are named; if more than `MAX_CAUSES` do, none is.
tests/parity/judge/test_causes.py measures this over photos, fits and sizes, on mistakes in the
tables and on others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from onpar.parity.causes import Fault, Table, Tensor, is_image
from onpar.parity.causes.arrays import array_mistakes
from onpar.parity.causes.classmaps import classmap_mistakes
from onpar.parity.causes.inputs import input_mistakes
from onpar.parity.causes.layout import LAYOUT, WRONG_SUBSAMPLING
from onpar.parity.causes.levels import LEVELS
from onpar.parity.causes.outputs import output_mistakes
from onpar.parity.causes.resized import resized_mistakes

MATCH = 0.1
"""A mistake is named if its RMS distance from the value that was got is under this share of the
reference's distance, and of its own spread. Then most of the error is gone, and not only because
the reference is much larger than the value that was got."""

MARGIN = 3.0
"""Another mistake explains it about as well if its distance is within this many times the
least."""

MAX_CAUSES = 3
"""Mistakes that are named together if they cannot be distinguished."""

EXACT_SHARE = 0.01
"""Below this share the difference is explained: rarer mistakes are not tried."""

ROUNDING = 1e-5
"""Shares under this are float32's rounding: no mistake is better than another for it."""

MAX_VALUES = 1 << 21
"""Pixels of a photo above which only some of its rows and columns are compared."""


def diagnose(stage: str, fault: Fault) -> str:
    """`Cause: …` if a known mistake explains the difference, else an empty string.

    Shapes as in the capture format: images [h, w, 3], inputs and outputs of any rank. If the shape
    is not the reference's, the difference is the reference's own spread.
    """
    if not fault.ref.size or not fault.got.size:
        return ""
    shares: dict[str, float] = {}
    for part, table in STAGES.get(stage, _nothing)(fault):
        difference = _difference(stage, part)
        for sentence, mistake in table.items():
            candidate = mistake(part)
            if candidate is None or candidate.shape != part.got.shape or not difference > 0:
                continue
            off = _distance(stage, part.got, candidate)
            scale = min(difference, _spread(stage, candidate))
            if np.isfinite(off) and off <= scale:
                shares[sentence] = off / scale if off else 0.0
        if min(shares.values(), default=1.0) < EXACT_SHARE:
            break
    least = min(shares.values(), default=1.0)
    if not least < MATCH:
        return ""
    near = [one for one, share in shares.items() if share <= max(MARGIN * least, ROUNDING)]
    # Of "swapped" and "swapped before they are normalised" the simpler one.
    alike = [one for one in near if not any(one != o and one.startswith(o) for o in near)]
    return f"Cause: {', or '.join(alike)}." if len(alike) <= MAX_CAUSES else ""


Part = tuple[Fault, Table]


def _nothing(_: Fault) -> Iterator[Part]:
    yield from ()


def _decoded(fault: Fault) -> Iterator[Part]:
    if is_image(fault.ref):
        yield fault, {**LAYOUT, **WRONG_SUBSAMPLING}
        if fault.got.shape == fault.ref.shape:
            yield Fault(_thin(fault.got), _thin(fault.ref)), LEVELS


def _whole(mistakes: Callable[[Fault], Table]) -> Callable[[Fault], Iterator[Part]]:
    def parts(fault: Fault) -> Iterator[Part]:
        yield fault, mistakes(fault)

    return parts


STAGES: Mapping[str, Callable[[Fault], Iterator[Part]]] = {
    "decoded": _decoded,
    "resized": lambda fault: ((fault, table) for table in resized_mistakes(fault)),
    "input": _whole(input_mistakes),
    "output": _whole(output_mistakes),
    "classmap": _whole(classmap_mistakes),
    "array": _whole(array_mistakes),
}


def _thin(image: Tensor) -> Tensor:
    step = int(np.ceil(np.sqrt(image.shape[0] * image.shape[1] / MAX_VALUES)))
    return image[::step, ::step]


def _difference(stage: str, fault: Fault) -> float:
    if fault.got.shape == fault.ref.shape:
        return _distance(stage, fault.got, fault.ref)
    return _spread(stage, fault.ref)


def _spread(stage: str, values: Tensor) -> float:
    """Standard deviation; of class maps, where a map of one class is as good as any, 1."""
    if stage == "classmap":
        return 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        return float(
            _thin(values).std(dtype=np.float64)
            if stage == "decoded"
            else values.std(dtype=np.float64)
        )


def _distance(stage: str, a: Tensor, b: Tensor) -> float:
    """RMS; of class maps, whose numbers are names, the share of pixels that differ."""
    if stage == "classmap":
        return float((a != b).mean())
    if stage == "decoded":
        a, b = _thin(a), _thin(b)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.mean(np.square(a.astype(np.float64) - b))))
