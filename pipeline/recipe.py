"""A recipe: one model, ready to export."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parity.spec import Case, ModelSpec, RecipeOptions
from parity.tolerance import ToleranceRule
from pipeline.errors import OnparError

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Recipe:
    """How to build a model, where its weights come from, what goes in and what comes out.

    build         the module, weights unset
    pretrained    torchvision's name of its published weights, empty where there are none
    ignored       prefixes of state dict keys that this build has no use for (a dropped head)
    photos        image files, one case each, named after the file
    tolerances    what error each precision may have, and why
    sources       the files that make it, for keys: a changed recipe is exported again
    """

    options: RecipeOptions
    model: ModelSpec
    build: Callable[[], nn.Module]
    pretrained: str
    ignored: tuple[str, ...]
    photos: tuple[Path, ...]
    tolerances: Mapping[str, ToleranceRule]
    sources: tuple[Path, ...]

    def cases(self) -> tuple[Case, ...]:
        """The photos with their digests. Raises OnparError where one cannot be read."""
        return tuple(
            Case(p.stem, p.name, hashlib.sha256(photo(p)).hexdigest()) for p in self.photos
        )


def photo(path: Path) -> bytes:
    """The bytes of an image file. Raises OnparError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise OnparError(f"{path}: the photo cannot be read: {error.strerror}") from error
