"""The photos of a row, each as the target resized it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.chains import PHOTO, RESIZED
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.page.pictures import Picture, photo
from onpar.parity.report.page.tensors import what_of


@dataclass(frozen=True)
class Photo:
    """A photo on the page: its title has its source's name if there are several; `resized_by` says
    whose resized photo it is."""

    picture: Picture
    title: str
    resized_by: str


def photos_shown(
    verdict: Verdict, capture: Capture | None, golden: Golden | None, notes: list[str]
) -> tuple[Photo, ...]:
    """The photos of the verdict's row that its files have; `notes` gets which are missing."""
    named, shown = resized_photos(verdict), list[Photo]()
    for tensor, source in named.items():
        title = f"Photo {source}" if len(named) > 1 else "Photo"
        pixels, resized_by = _resized(tensor, capture, golden, notes)
        if pixels is not None:
            picture = photo(pixels, f"{title} of {verdict.case} {resized_by}")
            shown.append(Photo(picture, title, resized_by))
    return tuple(shown)


def resized_photos(verdict: Verdict) -> Mapping[str, str]:
    """The source of each resized photo, by the tensor's name; of an artifact that is not known
    here, the names that most chains have."""
    if verdict.artifact is None:
        return {RESIZED: PHOTO}
    steps = verdict.artifact.steps
    decoded = {one.makes[0]: one.takes[0] for one in steps if isinstance(one, DecodeImage)}
    resizes = [one for one in steps if isinstance(one, ResizeImage)]
    return {one.makes[0]: decoded.get(one.takes[0], one.takes[0]) for one in resizes}


def _resized(
    name: str, capture: Capture | None, golden: Golden | None, notes: list[str]
) -> tuple[NDArray[np.uint8] | None, str]:
    """The resized photo u8 [h, w, 3], and whose it is; the reference's if the target's is not a
    photo."""
    for one, whose in (
        (capture, "as the target resized it"),
        (golden.capture if golden else None, "as the reference resized it"),
    ):
        image = one.tensors.get(name) if one else None
        if image is not None and image.dtype == np.uint8 and image.shape[2:] == (3,) and image.size:
            return image, whose
        if one:
            notes.append(f"The photo {whose} is missing: {name} is {what_of(image)}.")
    return None, ""
