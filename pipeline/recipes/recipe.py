"""A recipe: one model, ready to export."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from onpar.exporters.quantization.layer_names import FloatLayers
from onpar.parity.contract.capture import digest
from onpar.parity.contract.chain import before_run, images_of, perform, sources_of
from onpar.parity.contract.spec import Case, ModelSpec, RecipeOptions, Source
from onpar.parity.contract.steps.decode_image import DecodeImage, ImageFile
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tolerance import RULES, ToleranceRule
from onpar.parity.files.regular_file import read_regular
from onpar.parity.limits.limits import MAX_PHOTO_BYTES
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import PHOTOS

if TYPE_CHECKING:
    from torch import nn

Inputs = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Recipe:
    """How to build a model, where its weights come from, its inputs and its outputs.

    build         makes the module; its weights are those of `--weights built`
    pretrained    its published weights: torchvision's name of them, or the path of a safetensors
                  file; empty if there are none
    demo          the file of its demo weights, None if there are none
    seedable      whether `--weights seeded:N` gives weights that are worth comparing with
    ignored       prefixes of state dict keys that this build does not use (a dropped head)
    size          height and width in pixels that photos are resized to without `--size`; None:
                  400×400, or the only size that `model` resizes to
    photos        image files, for a model of one photo; each is a case, named after the file
    inputs        a case's sources other than that photo, by case name, then by source: arrays, and
                  the image files of a model of several photos; without photos, all sources of
                  every case
    bind          the parameter of forward() for an input, by the input's name, if the
                  names differ: {"image": "pixel_values"}; files keep the inputs' names and order
    calibration   folder of photos to calibrate int8 on, unless the user names another; None
                  for the cases, which are too few, and then also judge int8
    float_layers  modules that int8 keeps in float32, with everything below them: their names, as
                  named_modules() of what build() returns has them, ("classifier.4",); or those by
                  format, {"onnx": ("classifier.4",)}. `onpar quantize` finds them
    tolerances    the error that a precision may have instead of onpar's own rule, as a multiple of
                  the noise floor, and why
    measured      folder of files from `onpar evaluate --tolerances`: what int8 and float16 may cost
    max_drop      how much of a class map or a mask a lower precision may change, in percent of the
                  pixels; None: 25
    left_out      what it does not support, and why: a format, variants (`onnx-int8`), a target,
                  or these on one target (`mil:coreml-int8`); a name of both means the format
    sources       the files that it is made from, for keys: a change exports it again. A user's file
                  need not name itself or its imports from its folder, but must name a checkpoint
                  that `build` loads
    """

    options: RecipeOptions
    model: ModelSpec
    build: Callable[[], nn.Module]
    pretrained: str | Path = ""
    demo: Path | None = None
    seedable: bool = False
    ignored: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    photos: tuple[Path, ...] = PHOTOS
    inputs: Mapping[str, Mapping[str, NDArray[Any] | Path]] = field(default_factory=dict)
    bind: Mapping[str, str] = field(default_factory=dict)
    calibration: Path | None = None
    float_layers: FloatLayers = ()
    tolerances: Mapping[str, ToleranceRule] = field(default_factory=dict)
    measured: Path | None = None
    max_drop: float | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Path, ...] = ()

    def rule(self, precision: str, computes: str = "") -> ToleranceRule | None:
        """What the precision may be off by, whose operators compute in the precision `computes`;
        None if nothing is known of it."""
        return self.tolerances.get(precision, RULES.get(computes or precision))

    def cases(self) -> tuple[Case, ...]:
        """The photos or, without photos, the inputs, with their digests. Raises OnparError if a
        photo cannot be read."""
        return self._cases

    @cached_property
    def _cases(self) -> tuple[Case, ...]:
        return tuple(
            Case(
                name,
                tuple(_source(source, value) for source, value in self.sources_of(name).items()),
            )
            for name in self.case_names
        )

    @property
    def case_names(self) -> tuple[str, ...]:
        """The names of the photos, or of the cases in `inputs`, in order."""
        return tuple(path.stem for path in self.photos) if self.photo_source else (*self.inputs,)

    @property
    def photo_source(self) -> str:
        """The source that `photos` give: the only image; empty without one, or with several."""
        images = images_of(self.model)
        return images[0] if len(images) == 1 else ""

    def sources_of(self, case: str, image: Path | None = None) -> dict[str, Any]:
        """What the chain takes of a case, by the source's name: an ImageFile, or an array. `image`
        is another photo than the case's. Raises OnparError."""
        values = dict(self.inputs.get(case, {}))
        if self.photo_source:
            values[self.photo_source] = image or self._photo(case)
        wanted = sources_of(self.model.steps)
        if values.keys() != wanted.keys():
            got, expected = (
                ", ".join(sorted(names - {self.photo_source})) or "none"
                for names in (values.keys(), wanted.keys())
            )
            raise OnparError(
                f"recipe {self.model.recipe}, case {case}: `inputs` gives {got}, the model takes "
                f"{expected} in addition to the photo"
            )
        return {name: _read(values[name], step) for name, step in wanted.items()}

    def _photo(self, case: str) -> Path:
        return next(path for path in self.photos if path.stem == case)

    def left_out_on(self, target: str, variant: str) -> str:
        """Why the target does not run the variant; empty if it does."""
        return self.left_out.get(f"{target}:{variant}", "")

    def in_order(self, inputs: Mapping[str, NDArray[Any]]) -> Inputs:
        """Those of the chain's tensors that the network takes, in the model's order."""
        return {spec.name: inputs[spec.name] for spec in self.model.inputs}

    def samples(self) -> Iterator[Inputs]:
        """Every case's inputs, in the model's order. Raises OnparError; ImageError for an invalid
        photo."""
        yield from (self.inputs_of(self.sources_of(case)) for case in self.case_names)

    def inputs_of(self, sources: Mapping[str, Any]) -> Inputs:
        """The network's inputs from a case's sources, in the model's order."""
        return self.in_order(perform(before_run(self.model), {}, sources))


def _source(name: str, value: Any) -> Source:
    if isinstance(value, ImageFile):
        return Source(name, value.name, hashlib.sha256(value.data).hexdigest())
    return Source(name, "", digest({name: value}))


def _read(value: Any, step: Step) -> Any:
    if isinstance(step, DecodeImage):
        return ImageFile(value.name, photo(value))
    return value


def photo(path: Path) -> bytes:
    """The bytes of an image file. Raises OnparError if it cannot be read."""
    try:
        return read_regular(path, MAX_PHOTO_BYTES)
    except OSError as error:
        raise OnparError(f"{path}: the photo cannot be read: {error.strerror}") from error
