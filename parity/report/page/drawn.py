"""The picture that a model makes: PyTorch's, the target's, and the difference in levels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.contract.steps.to_image import ToImage
from onpar.parity.report.page.histogram import Histogram, histogram
from onpar.parity.report.page.pictures import Picture, heat_picture, photo
from onpar.parity.report.page.scale import Scale, scale_for
from onpar.parity.report.page.tensors import picture


@dataclass(frozen=True)
class Drawn:
    """The two pictures; and where both are there in one size, the difference `heat`, its scale in
    levels, and how many levels differ by how much."""

    golden: Picture | None
    captured: Picture | None
    heat: Picture | None = None
    scale: Scale | None = None
    histogram: Histogram | None = None


def picture_shown(model: ModelSpec) -> ToImage | None:
    """The last step, if what it makes is a picture."""
    last = model.steps[-1]
    return last if isinstance(last, ToImage) else None


def drawn(
    artifact: Artifact,
    step: ToImage,
    golden: Golden | None,
    capture: Capture | None,
    case: str,
    notes: list[str],
) -> Drawn:
    """What `step` made of the case; `notes` gets why a picture cannot be shown."""
    [name] = step.makes
    expected = picture("golden", name, golden.capture if golden else None, notes)
    shown = picture("capture", name, capture, notes)
    both = Drawn(_photo("Golden", expected, case), _photo("Captured", shown, case))
    if golden is None or expected is None or shown is None or shown.shape != expected.shape:
        return both
    apart = np.abs(shown.astype(np.float32) - expected)
    scale = scale_for(apart, _reach(artifact, step, golden))
    alt = f"Difference of {name} on {case}, the largest of red, green and blue"
    heat = heat_picture(apart.max(axis=-1), scale, None, alt)
    counts = histogram(apart.transpose(2, 0, 1)[np.newaxis], scale)
    return Drawn(both.golden, both.captured, heat, scale, counts)


def _reach(artifact: Artifact, step: ToImage, golden: Golden) -> float | None:
    """The levels by which the allowed error of the network's output may move a pixel; None where
    another step lies between, or no error is known."""
    [name] = step.takes
    if name not in golden.floors:
        return None
    allowed = output_tolerance(artifact, golden, name, golden.capture.tensors[name])
    return float(math.ceil(abs(step.scale) * allowed.widest.max_abs)) if allowed else None


def _photo(whose: str, pixels: NDArray[np.uint8] | None, case: str) -> Picture | None:
    return None if pixels is None else photo(pixels, f"{whose} picture of {case}")
