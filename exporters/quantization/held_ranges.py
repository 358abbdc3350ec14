"""The check of an int8 program's activations: each holds the values that come, and not much more.

Scales and zero points of activations are calibrated, so the float model does not have them. A wrong
one is computed faithfully by every runtime. Here each is compared with the values that the program
itself computes there, exactly rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onpar.exporters.errors import ExportError, left_out
from onpar.exporters.quantization.exact.ranges import FAR, Operators, Range

LEAST_STEP = 2.0**-12
"""The smallest step in XNNPACK's quantizer (executorch's xnnpack_quantizer.py, `eps`); of the four
quantizers it is the largest. A tensor of smaller values is wider than they are."""


@dataclass(frozen=True)
class Bounds:
    """What an honest range may be.

    wide     its width, as a multiple of that of the values which came, 0 included
    shifted  how far the values are outside at one end, as a share of the width, if as much is not
             used at the other end
    far      share of the values that are FAR outside, in half of the runs: one photo may be unlike
             those of the calibration, a wrong scale is wrong for all
    """

    wide: float
    shifted: float
    far: float


WHOLE = Bounds(wide=3.0, shifted=0.12, far=0.002)
"""If every sample of the calibration was run. The worst honest figures, over ONNX, FX and
PT2E with the tests' models, and DeepLabV3, MobileNetV3 and selfie_segmentation with weights of
onpar's own, calibrated on their cases: wide 1.95 (a table of embeddings, of which few rows come),
shifted 0.055, far 0.00004. A scale 4 times too large gives 3.4 or more, a zero point off by 64
mostly 0.25."""

FEW = Bounds(wide=5.0, shifted=0.25, far=0.01)
"""If some of the calibration's samples were run, and cases that are not among them. The worst
honest figures with the weights of onpar's own, calibrated on 26 photos of which 4 are run: wide
2.30, shifted 0.134 (both in selfie_segmentation; in DeepLabV3 1.70 and 0.089), far 0.00008."""


def check(
    operators: Operators, found: Mapping[str, Range], bounds: Bounds, remedy: str, variant: str
) -> None:
    """Raises ExportError, which names the `remedy`, if a tensor's range is not that of its values;
    `found` has the tensors' ranges by name, in the program's order."""
    wrong = list(faults(operators, found, bounds))
    if wrong:
        others = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise ExportError(
            f"the range of an int8 activation is not that of its values: {wrong[0]}{others}; "
            f"{remedy}, or leave this variant out: {left_out(variant)}"
        )


def faults(operators: Operators, found: Mapping[str, Range], bounds: Bounds) -> Iterator[str]:
    """A sentence for each tensor whose range is not that of its values, in the program's order: a
    wrong range also changes the values that follow. A tensor with only zeros has no wrong range."""
    together = _together(operators, found)
    for name, one in found.items():
        group = [found[other] for other in together[name]]
        low, high = min(each.low for each in group), max(each.high for each in group)
        if not low < high:
            continue
        said = (
            f"{name}: its range is {one.least:.4g} to {one.most:.4g}, its values {one.low:.4g} to "
            f"{one.high:.4g}"
        )
        wide, shifted = one.width / (high - low), _shifted(one, low, high)
        far = sorted(one.far)[(len(one.far) - 1) // 2]
        if far > bounds.far:
            yield (
                f"{said}: {far:.3%} of them are outside by more than {FAR:.1%} of the range, "
                f"expected at most {bounds.far:.1%}"
            )
        elif wide > bounds.wide and one.step > LEAST_STEP * (1 + 1e-3):
            yield f"{said}: it is {wide:.3g} times as wide, expected at most {bounds.wide:g} times"
        elif shifted > bounds.shifted:
            yield (
                f"{said}: they are outside by {shifted:.1%} of the range, as much is not used at "
                f"its other end, expected at most {bounds.shifted:.0%}"
            )


def _shifted(one: Range, low: float, high: float) -> float:
    """By how much the values from `low` to `high` are outside at one end and leave unused at the
    other, as a share of the width."""
    below, above = low - one.least, one.most - high
    return max(min(below, -above), min(-below, above)) / one.width


def _together(operators: Operators, found: Mapping[str, Range]) -> dict[str, list[str]]:
    """For each tensor those that have its range, as there is nothing between them that computes."""
    groups = {name: [name] for name in found}
    for one, other in operators.alike:
        if one not in found or other not in found or groups[one] is groups[other]:
            continue
        ends = ((found[name].least, found[name].most) for name in (one, other))
        if next(ends) == next(ends):
            groups[one] += groups[other]
            groups |= dict.fromkeys(groups[other], groups[one])
    return groups
