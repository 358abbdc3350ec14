"""What a row's capture and golden hold, as pictures, legend and histogram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from parity.capture import Capture, CaptureError, read_capture
from parity.golden import Golden
from parity.report.histogram import Histogram, histogram
from parity.report.legend import ClassShare, describe, legend, shares
from parity.report.pictures import Picture, class_picture, heat_picture, photo
from parity.report.scale import Scale, scale_for
from parity.spec import ClassMap
from parity.stages import output_tolerance, same_inputs
from parity.verdict import Verdict

T = TypeVar("T")

GoldenReader = Callable[[str], Golden]
"""Reads a golden by its path. Raises CaptureError."""


@dataclass(frozen=True)
class Evidence:
    """Everything that a row shows beside its numbers; `notes` say what cannot be shown, and why.

    `own_input` is True where the target's input is not the golden's.
    """

    photo: Picture | None = None
    golden: Picture | None = None
    captured: Picture | None = None
    heat: Picture | None = None
    scale: Scale | None = None
    histogram: Histogram | None = None
    classes: tuple[ClassShare, ...] = ()
    flips: int = 0
    own_input: bool = False
    notes: tuple[str, ...] = ()


def gather(verdict: Verdict, read_golden: GoldenReader) -> Evidence:
    """Read the files that the verdict names, as far as they are there."""
    if verdict.artifact is None:
        return Evidence(notes=("Without the artifact's sidecar there is nothing to picture.",))
    notes: list[str] = []
    capture = _read("capture", verdict.capture, lambda p: read_capture(Path(p)), notes)
    golden = _read("golden", verdict.golden, read_golden, notes)
    model, case = verdict.artifact.model.classmap, verdict.case
    resized = _image(capture, notes)
    expected = _class_map("golden", golden.capture if golden else None, notes)
    shown = _class_map("capture", capture, notes)
    flipped = None
    if shown is not None and expected is not None and shown.shape == expected.shape:
        flipped = shown != expected
    error = _error(capture, golden, model, notes)
    heat = scale = bars = None
    if error is not None and golden is not None:
        peak = golden.gates[model.output].peak
        tolerance = output_tolerance(verdict.artifact, golden, model.output, peak)
        scale = scale_for(error, tolerance.max_abs if tolerance else None)
        bars = histogram(error, scale)
        fits = flipped is not None and flipped.shape == error.shape[2:]
        alt = f"Error of output {model.output} on {case}, the largest over its channels"
        heat = heat_picture(error[0].max(axis=0), scale, flipped if fits else None, alt)
    iou = next((stage.agreement.iou for stage in verdict.stages if stage.agreement), {})
    return Evidence(
        photo=None if resized is None else photo(resized, f"Photo {case} as the target resized it"),
        golden=_classes("Golden class map", expected, model),
        captured=_classes("Captured class map", shown, model),
        heat=heat,
        scale=scale,
        histogram=bars,
        classes=legend(_shares(expected), _shares(shown), model, iou),
        flips=0 if flipped is None else int(np.count_nonzero(flipped)),
        own_input=bool(capture and golden and not same_inputs(capture, golden)),
        notes=tuple(notes),
    )


def _read(what: str, path: str, reader: Callable[[str], T], notes: list[str]) -> T | None:
    if not path:
        notes.append(f"This row has no {what}.")
        return None
    try:
        return reader(path)
    except CaptureError as error:
        notes.append(f"The {what} cannot be shown. {error}")
        return None


def _image(capture: Capture | None, notes: list[str]) -> NDArray[np.uint8] | None:
    if capture is None:
        return None
    image = capture.tensors.get("resized")
    if image is None or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        notes.append(f"The capture's photo cannot be shown: {_what(image)}.")
        return None
    return image.astype(np.uint8, copy=False)


def _class_map(whose: str, capture: Capture | None, notes: list[str]) -> NDArray[np.uint8] | None:
    if capture is None:
        return None
    found = capture.tensors.get("classmap")
    if found is None or found.ndim != 2 or found.dtype != np.uint8 or not found.size:
        notes.append(f"The {whose}'s class map cannot be shown: {_what(found)}.")
        return None
    return found


def _error(
    capture: Capture | None, golden: Golden | None, model: ClassMap, notes: list[str]
) -> NDArray[Any] | None:
    """|captured − golden| f32 [1, C, h, w] of the output that the class map is made of."""
    if capture is None or golden is None:
        return None
    name = f"output/{model.output}"
    got, ref = capture.tensors.get(name), golden.capture.tensors[name]
    if got is None or got.shape != ref.shape or got.ndim != 4 or not got.size:
        notes.append(f"The error cannot be shown: {name} is {_what(got)}, golden {_what(ref)}.")
        return None
    with np.errstate(invalid="ignore"):
        return np.abs(got.astype(np.float32, copy=False) - ref)


def _what(tensor: NDArray[Any] | None) -> str:
    return "absent" if tensor is None else f"{tensor.dtype.name} {list(tensor.shape)}"


def _shares(classes: NDArray[np.uint8] | None) -> dict[int, float] | None:
    return None if classes is None else shares(classes)


def _classes(title: str, classes: NDArray[np.uint8] | None, model: ClassMap) -> Picture | None:
    if classes is None:
        return None
    return class_picture(classes, model.palette, f"{title}: {describe(shares(classes), model)}")
