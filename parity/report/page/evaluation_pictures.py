"""The images that an artifact agrees least on, as pictures for the page, kept in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.files.atomic import write_whole
from onpar.parity.files.json_file import JsonError, read_json
from onpar.parity.image.mask import IGNORED_CLASS
from onpar.parity.report.page.legend import describe, shares
from onpar.parity.report.page.pictures import UNKNOWN, Picture, class_picture, photo
from onpar.parity.report.page.scale import Colour

VOID: Colour = (224, 224, 192)
"""The colour of ignored pixels: that of VOC's own masks."""


@dataclass(frozen=True)
class Pictured:
    """An image as it was given to the models, its mask, and the class maps of both."""

    image: str
    photo: Picture
    truth: Picture | None
    reference: Picture
    artifact: Picture


def pictured(
    name: str,
    pixels: NDArray[np.uint8],
    truth: NDArray[np.uint8] | None,
    reference: NDArray[np.uint8],
    artifact: NDArray[np.uint8],
    classmap: Argmax | Threshold,
) -> Pictured:
    """Pictures of a photo u8 [h, w, 3] and its class maps u8 [h, w]."""
    mask = None
    if truth is not None:
        known = [*classmap.palette, *[UNKNOWN] * (IGNORED_CLASS - len(classmap.palette)), VOID]
        what = describe(shares(truth[truth != IGNORED_CLASS]), classmap)
        mask = class_picture(truth, known, f"Mask of {name}: {what}")
    return Pictured(
        name,
        photo(pixels, f"Photo {name}"),
        mask,
        _classes(f"Float's class map of {name}", reference, classmap),
        _classes(f"The artifact's class map of {name}", artifact, classmap),
    )


@dataclass(frozen=True)
class _Kept:
    key: str
    pictures: dict[str, tuple[Pictured, ...]]


def write_pictures(path: Path, key: str, pictures: Mapping[str, tuple[Pictured, ...]]) -> None:
    """Keep the pictures of each artifact by its SHA-256, with the key of what made them."""
    write_whole(path, [msgspec.json.encode(_Kept(key, dict(pictures)))], follow_links=False)


def read_pictures(path: Path, key: str) -> dict[str, tuple[Pictured, ...]] | None:
    """The pictures that `key` made; None where there are none."""
    try:
        kept = read_json(path, _Kept)
    except JsonError:
        return None
    return kept.pictures if kept.key == key else None


def _classes(title: str, classes: NDArray[np.uint8], classmap: Argmax | Threshold) -> Picture:
    alt = f"{title}: {describe(shares(classes), classmap)}"
    return class_picture(classes, classmap.palette, alt)
