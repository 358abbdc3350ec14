"""What is written down about a model and its artifacts: tensor specs, image preparation, and what
an artifact's sidecar says (parity/contract/sidecar.py)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import msgspec

from onpar.parity.contract.measured import MeasuredTolerance
from onpar.parity.contract.tolerance import ToleranceRule
from onpar.parity.limits.limits import FITS

SIDECAR_FORMAT = "onpar-artifact/1"


class SpecError(ValueError):
    """A sidecar or a specification that cannot be used; the message says what to do next."""


@dataclass(frozen=True)
class TensorSpec:
    """Name, shape and dtype (numpy's name, such as `float32`) of one input or output.

    `groups` names the axis of an output along which each index has a noise floor of its own, the
    last (-1) for boxes; None: the channels, where they are large enough
    (`onpar.parity.contract.groups`).
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    groups: int | None = None


@dataclass(frozen=True)
class ImagePrep:
    """How a decoded photo becomes the model's input tensor f32 [1, 3, height, width].

    `fit` says how a photo of another shape fits: `stretch` (both sides scaled independently),
    `letterbox` (scaled to fit inside, centred on `pad`), or `crop` (scaled to cover, centre kept).
    `mean` and `std` are in units of 0–1 intensities, in the order R, G, B.
    """

    input: str
    height: int
    width: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    fit: str = "stretch"
    pad: tuple[int, int, int] = (0, 0, 0)

    def __post_init__(self) -> None:
        # JSON writes 0 and 0.0 differently: a sidecar that is read must have the same digest.
        for name in ("mean", "std"):
            values = getattr(self, name)
            if isinstance(values, tuple) and any(type(value) is int for value in values):
                floats = tuple(float(v) if type(v) is int else v for v in values)
                object.__setattr__(self, name, floats)
        if self.fit not in FITS:
            raise SpecError(f"unknown fit {self.fit!r}; known: {', '.join(FITS)}")
        if self.height < 1 or self.width < 1:
            raise SpecError(
                f"height is {self.height} and width {self.width}: both sides must be positive"
            )


@dataclass(frozen=True)
class Case:
    """One photo to run: its name, the image file's name, and the SHA-256 of the file's bytes.

    `inputs_sha256` is the digest of the case's other inputs
    (`onpar.parity.contract.capture.digest`), empty where the photo is the only one. Without a photo
    `image` is empty and `sha256` is that digest.
    """

    name: str
    image: str
    sha256: str
    inputs_sha256: str = ""


@dataclass(frozen=True)
class ClassMap:
    """Which output's arg-max over axis 1 is the class map, and how its classes look."""

    output: str
    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class ModelSpec:
    """The part of a recipe that hosts need and that its digest covers.

    `prep` makes one of the inputs of the photo, None where the model takes none; the other inputs
    come with the case. `classmap` is None where no output is one class a pixel.
    """

    recipe: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    prep: ImagePrep | None = None
    classmap: ClassMap | None = None

    @property
    def sha256(self) -> str:
        """The recipe's digest: SHA-256 of this specification as JSON, its keys in the order of the
        fields, without `groups` where a tensor names none."""
        content = msgspec.to_builtins(self)
        for tensor in (*content["inputs"], *content["outputs"]):
            # Absent where the sidecar that it was read from is older than `groups`.
            if tensor.get("groups") is None:
                tensor.pop("groups", None)
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


@dataclass(frozen=True)
class RecipeOptions:
    """What to ask a recipe for: the input's size in pixels, and the auxiliary head.

    `recipe` is the name of one of onpar's, or the path of a file that has one.
    """

    recipe: str
    height: int = 400
    width: int = 400
    keep_aux: bool = False

    @property
    def name(self) -> str:
        """The recipe's name: of a file its stem."""
        return PurePath(self.recipe).stem if self.recipe.endswith(".py") else self.recipe

    def with_weights(self, weights: str) -> str:
        """`<recipe>-<size>-<weights>`: what files and folders of a model are named after."""
        aux = "-aux" if self.keep_aux else ""
        return f"{self.name}-{self.height}x{self.width}{aux}-{weights}"


@dataclass(frozen=True)
class Artifact:
    """One exported file and everything that a host, or the judge, must know of it.

    `inputs` and `outputs` are what the file itself takes and gives: with io `tensor` the model's
    (integers as the format has them), with io `image` the resized photo u8 [h, w, 3] and the class
    map [h, w]. `engine` is the
    quantized engine that it must run under, empty where any will do. `calibration` says what an
    int8 file was calibrated on. `operators` are named as the format names them; one that a delegate
    of ExecuTorch took is `<delegate>/<operator>`. `gate` of the weights says why a golden of them
    would not be worth comparing with, status and reason, as far as a cheap test shows it before
    anything else is exported; empty where they pass it. What it may be off by is `tolerance`, or
    for a lower precision `measured`; where both are None its rows are UNJUDGED. `sidecar_sha256` is
    the digest of the rest of the sidecar (`sidecar_digest`).
    """

    file: str
    sha256: str
    bytes: int
    key: str
    format: str
    precision: str
    io: str
    engine: str
    weights: str
    weights_sha256: str
    recipe_sha256: str
    options: RecipeOptions
    model: ModelSpec
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    calibration: str
    cases: tuple[Case, ...]
    tolerance: ToleranceRule | None
    operators: tuple[str, ...]
    tools: dict[str, str]
    export_seconds: float
    measured: MeasuredTolerance | None = None
    gate: tuple[str, ...] = ()
    version: str = SIDECAR_FORMAT
    sidecar_sha256: str = ""

    @property
    def has_tolerance(self) -> bool:
        """Whether it can be judged."""
        return self.tolerance is not None or self.measured is not None

    @property
    def variant(self) -> str:
        """`format-precision-io`: what distinguishes the artifacts of one recipe and its weights."""
        return f"{self.format}-{self.precision}-{self.io}"

    @property
    def simulated(self) -> str:
        """The variant whose measured tolerance serves one that was not run: eager PyTorch that
        rounds to the same precision."""
        return f"safetensors-{self.precision}-tensor"


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal content is equal text."""
    return msgspec.json.encode(value, order="deterministic").decode()
