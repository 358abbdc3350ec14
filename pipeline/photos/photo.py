"""A photo that a target decoded: how jobs are given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.capture import digest, read_capture
from onpar.parity.contract.spec import Case, Source
from onpar.pipeline.errors import OnparError


@dataclass(frozen=True)
class Photo:
    """A photo in a capture.

    case, sources   its name and its file's SHA-256, as a case has them
    decoded_by      the target that decoded it
    capture         the file that holds its pixels, as the tensor `decoded`
    decoded_sha256  their digest
    """

    case: str
    sources: Mapping[str, str]
    decoded_by: str
    capture: str
    decoded: str
    decoded_sha256: str

    @property
    def as_case(self) -> Case:
        """The photo as a case of a recipe."""
        return Case(self.case, tuple(Source(n, self.case, sha) for n, sha in self.sources.items()))


def pixels_of(photo: Photo) -> dict[str, NDArray[np.uint8]]:
    """Its pixels u8 [H, W, 3], by their name in the chain. Raises OnparError if the capture has
    changed meanwhile."""
    taken = read_capture(Path(photo.capture))
    pixels = {photo.decoded: taken.tensors[photo.decoded]}
    if digest(pixels) != photo.decoded_sha256:
        raise OnparError(f"{photo.capture}: has changed meanwhile; run the command again")
    return pixels
