"""How a model's photo is prepared, in one object, any of which an app may have wrong."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.chain import map_shown
from onpar.parity.contract.chains import IMAGENET_MEAN, IMAGENET_STD, Numbers, photo
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.resize_image import ResizeImage


@dataclass(frozen=True)
class Prep:
    """The input's name, and the constants of its two steps."""

    input: str
    height: int
    width: int
    mean: Numbers = IMAGENET_MEAN
    std: Numbers = IMAGENET_STD
    fit: str = "stretch"
    pad: tuple[int, int, int] = (0, 0, 0)
    shorter: int = 0
    filter: str = "bilinear"
    antialias: bool = True

    def __post_init__(self) -> None:
        if self.fit == "shorter" and not self.shorter:
            object.__setattr__(self, "shorter", 8 * max(self.height, self.width) // 7)

    @property
    def steps(self) -> tuple[AnyStep, ...]:
        """The steps from the photo to the input."""
        return photo(
            self.input,
            self.height,
            self.width,
            self.mean,
            self.std,
            self.fit,
            self.pad,
            self.shorter,
            filter=self.filter,
            antialias=self.antialias,
        )


def prep_of(model: ModelSpec) -> Prep:
    """That of a model with one photo."""
    [resize] = [step for step in model.steps if isinstance(step, ResizeImage)]
    [by] = [step for step in model.steps if isinstance(step, Normalize)]
    return Prep(
        by.makes[0],
        resize.height,
        resize.width,
        by.mean,
        by.std,
        resize.fit,
        resize.pad,
        resize.shorter,
        resize.filter,
        resize.antialias,
    )


def drawing(model: ModelSpec) -> Argmax:
    """The step that draws the class map of a segmentation."""
    last = map_shown(model)
    assert isinstance(last, Argmax)
    return last
