"""The contents of a row's capture and golden, as pictures, legend and histogram, or as labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.capture import Capture, CaptureError, read_capture
from onpar.parity.contract.chain import chain_of, map_shown, output_behind
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.judge.file import same_inputs
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.page.drawn import drawn, picture_shown
from onpar.parity.report.page.histogram import Histogram, histogram
from onpar.parity.report.page.legend import ClassShare, describe, legend, shares
from onpar.parity.report.page.photos import Photo, photos_shown, resized_photos
from onpar.parity.report.page.pictures import Picture, class_picture, heat_picture
from onpar.parity.report.page.ranking import Place, ranking, top_shown
from onpar.parity.report.page.scale import Scale, scaled
from onpar.parity.report.page.tensors import class_map, output_error

T = TypeVar("T")

GoldenReader = Callable[[str], Golden]
"""Reads a golden by its path. Raises CaptureError."""


OF_FLOAT, OF_PROGRAM = "what PyTorch shows", "what the exported program shows"


@dataclass(frozen=True)
class Evidence:
    """Everything that a row shows in addition to its numbers; `notes` say what cannot be shown, and
    why.

    `own_input` is True where the target's input is not the golden's. `mapped` says that the model
    draws a class for each pixel, and `scores` is the output that this map is made of. `places` are
    the first labels of a classification. `drawn` is the name of the picture that the model makes:
    its difference is in levels. `golden_is` says whose output the golden is; where that is not
    the float model's, `of_float` is the class map of that.
    """

    photos: tuple[Photo, ...] = ()
    golden: Picture | None = None
    captured: Picture | None = None
    heat: Picture | None = None
    scale: Scale | None = None
    histogram: Histogram | None = None
    classes: tuple[ClassShare, ...] = ()
    scores: str = ""
    flips: int = 0
    mapped: bool = False
    places: tuple[Place, ...] = ()
    drawn: str = ""
    own_input: bool = False
    golden_is: str = OF_FLOAT
    of_float: Picture | None = None
    notes: tuple[str, ...] = ()


def gather(verdict: Verdict, read_golden: GoldenReader) -> Evidence:
    """Read the files that the verdict names, if they exist."""
    notes: list[str] = []
    capture = _read("capture", verdict.capture, _reader(verdict), notes)
    golden = _read("golden", verdict.golden, read_golden, notes)
    whole = Evidence(
        photos=photos_shown(verdict, capture, golden, notes),
        own_input=bool(
            capture
            and golden
            and verdict.artifact
            and not same_inputs(capture, golden, verdict.artifact)
        ),
        golden_is=_whose(golden, verdict),
    )
    if verdict.artifact is None:
        notes.append("What the app shows is not shown: the artifact is not known here.")
        return replace(whole, notes=tuple(notes))
    top = top_shown(verdict.artifact.model)
    if top is not None:
        places = ranking(verdict.artifact.model, top, golden, capture, notes)
        return replace(whole, places=places, notes=tuple(notes))
    painter = picture_shown(verdict.artifact.model)
    if painter is not None:
        made = drawn(verdict.artifact, painter, golden, capture, verdict.case, notes)
        whole = replace(whole, drawn=painter.makes[0], **vars(made))
        return replace(whole, notes=tuple(notes))
    model = map_shown(verdict.artifact.model)
    if model is None:
        return replace(whole, notes=tuple(notes))
    [classmap] = model.makes
    scores = output_behind(verdict.artifact.model, model.takes[0])
    expected = class_map("golden", classmap, golden.capture if golden else None, notes)
    shown = class_map("capture", classmap, capture, notes)
    flipped = None
    if shown is not None and expected is not None and shown.shape == expected.shape:
        flipped = shown != expected
    seen = (stage.seen.agreement for stage in verdict.stages if stage.seen)
    iou = next((agreement.iou for agreement in seen if agreement), {})
    whole = replace(
        whole,
        mapped=True,
        golden=_classes("Golden class map", expected, model),
        captured=_classes("Captured class map", shown, model),
        classes=legend(_shares(expected), _shares(shown), model, iou),
        flips=0 if flipped is None else int(np.count_nonzero(flipped)),
    )
    if whole.golden_is == OF_PROGRAM:
        of_float = _read("float model's golden", verdict.of_float, read_golden, notes)
        shows = class_map("float model", classmap, of_float.capture if of_float else None, notes)
        whole = replace(whole, of_float=_classes("Class map of the float model", shows, model))
    held = scores in chain_of(verdict.artifact).specs
    error = output_error(capture, golden, scores, notes) if held else None
    if error is not None and golden is not None:
        own = golden.capture.tensors[scores]
        allowed = output_tolerance(verdict.artifact, golden, scores, own)
        error, scale = scaled(error, allowed)
        fits = flipped is not None and flipped.shape == error.shape[2:]
        alt = f"Error of output {scores} on {verdict.case}, the largest over its channels"
        heat = heat_picture(error[0].max(axis=0), scale, flipped if fits else None, alt)
        whole = replace(
            whole, heat=heat, scale=scale, histogram=histogram(error, scale), scores=scores
        )
    return replace(whole, notes=tuple(notes))


def _whose(golden: Golden | None, verdict: Verdict) -> str:
    """The golden of a precision's program has the float model's outputs: only that of a variant has
    others."""
    return OF_PROGRAM if golden and golden.program == verdict.variant else OF_FLOAT


def _reader(verdict: Verdict) -> Callable[[str], Capture]:
    """Reads only the tensors of a capture that are shown."""
    steps = verdict.artifact.steps if verdict.artifact else ()
    large = {name for step in steps if isinstance(step, DecodeImage) for name in step.makes}
    made = {name for step in steps for name in step.makes} - large
    shown = made or resized_photos(verdict).keys()
    return lambda path: read_capture(Path(path), lambda spec: spec.name in shown)


def _read(what: str, path: str, reader: Callable[[str], T], notes: list[str]) -> T | None:
    if not path:
        notes.append(f"There is no {what} to show.")
        return None
    try:
        return reader(path)
    except CaptureError as error:
        notes.append(f"The {what} cannot be shown. {error}")
        return None


def _shares(classes: NDArray[np.uint8] | None) -> dict[int, float] | None:
    return None if classes is None else shares(classes)


def _classes(
    title: str, classes: NDArray[np.uint8] | None, model: Argmax | Threshold
) -> Picture | None:
    if classes is None:
        return None
    return class_picture(classes, model.palette, f"{title}: {describe(shares(classes), model)}")
