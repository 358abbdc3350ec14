"""What is written down about a model and its artifacts: the chain of steps, the cases, and what an
artifact's sidecar says (parity/contract/sidecar.py)."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import msgspec
from msgspec import UNSET

from onpar.parity.contract.measured import MeasuredTolerance
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.given import Given
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import ToleranceRule

SIDECAR_FORMAT = "onpar-artifact/2"


class SpecError(ValueError):
    """A sidecar or a specification that cannot be used; the message says what to do next."""


@dataclass(frozen=True)
class Source:
    """What a case gives by the name `name`: a file, or an array, for which `file` is empty; and the
    SHA-256 of the file's bytes, or of the array's (`onpar.parity.contract.capture.digest`)."""

    name: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Case:
    """One example to run: its name, and its sources in the order in which the chain takes them."""

    name: str
    sources: tuple[Source, ...]

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each source by its name."""
        return {source.name: source.sha256 for source in self.sources}


@dataclass(frozen=True)
class ModelSpec:
    """The part of a recipe that hosts need and that its digest covers: what the network takes and
    gives, and the chain of steps before and after it.

    `steps` need not name the network: without a step `Run` it is put in front of the first step
    that takes one of its outputs, else after the last that makes one of its inputs; and an input
    that no step makes is an array of the case.
    """

    recipe: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    steps: tuple[AnyStep, ...] = ()

    def __post_init__(self) -> None:
        # What a user wrote may be anything: the checks say what is wrong with it, and not Python.
        with suppress(AttributeError, TypeError):
            object.__setattr__(self, "steps", _whole(self))

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


def _whole(model: ModelSpec) -> tuple[AnyStep, ...]:
    """The chain with the network and the arrays of the case. What does not go together is left to
    `onpar.parity.contract.chain_check`."""
    steps = tuple(model.steps)
    if any(isinstance(step, Run) for step in steps):
        return steps
    inputs = {spec.name: spec for spec in model.inputs}
    outputs = tuple(spec.name for spec in model.outputs)
    made = {name for step in steps for name in step.makes}
    given = [
        Given((name,), (name,), tuple(spec.shape), spec.dtype)
        for name, spec in inputs.items()
        if name not in made
    ]
    making = (i + 1 for i, step in reversed([*enumerate(steps)]) if inputs.keys() & {*step.makes})
    # A source may have an output's name.
    later = ((i, step) for i, step in enumerate(steps) if not step.takes_source)
    taking = (i for i, step in later if {*outputs} & {*step.takes})
    at = next(taking, next(making, len(steps)))
    return (*given, *steps[:at], Run(tuple(inputs), outputs), *steps[at:])


@dataclass(frozen=True)
class RecipeOptions:
    """What to ask a recipe for: the size in pixels that photos are resized to, and the auxiliary
    head.

    `recipe` is the name of one of onpar's, or the path of a file that has one. A model that resizes
    no photo has no size: `height` and `width` are then UNSET, and absent in JSON.
    """

    recipe: str
    height: int = UNSET  # type: ignore[assignment]  # A recipe that reads it has one.
    width: int = UNSET  # type: ignore[assignment]
    keep_aux: bool = False

    @property
    def size(self) -> str:
        """`HxW`, empty if there is none."""
        return f"{self.height}x{self.width}" if self.height and self.width else ""

    @property
    def name(self) -> str:
        """The recipe's name: of a file its stem."""
        return PurePath(self.recipe).stem if self.recipe.endswith(".py") else self.recipe

    def with_weights(self, weights: str) -> str:
        """`<recipe>-<size>-<weights>`: what files and folders of a model are named after; without
        the size if there is none."""
        parts = (self.name, self.size, "aux" if self.keep_aux else "", weights)
        return "-".join(part for part in parts if part)


@dataclass(frozen=True)
class Artifact:
    """One exported file and everything that a host, or the judge, must know of it.

    `runs` are the first and the last of the `steps` that the file performs: with io `tensor` only
    the network, with io `image` also what makes its input of the resized photo, and what is shown
    of its output. `inputs` and `outputs` are what the file itself takes and gives, integers as the
    format has them. `engine` is the quantized engine that it must run under, empty where any will
    do. `calibration` says what an
    int8 file was calibrated on. `operators` are named as the format names them; one that a delegate
    of ExecuTorch took is `<delegate>/<operator>`. `gate` of the weights says why a golden of them
    would not be worth comparing with, status and reason, as far as a cheap test shows it before
    anything else is exported; empty where they pass it. What it may be off by is `tolerance`, a
    multiple of the noise floor; where it is None its rows are UNJUDGED. What a lower precision may
    cost is limited by `measured`, its outputs' distance from the float model's over many images,
    and by `max_drop`, the percent of a class map or a mask that may change; None: onpar's own.
    `sidecar_sha256` is the digest of the rest of the sidecar (`sidecar_digest`).
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
    steps: tuple[AnyStep, ...]
    runs: tuple[int, int]
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    calibration: str
    cases: tuple[Case, ...]
    tolerance: ToleranceRule | None
    operators: tuple[str, ...]
    tools: dict[str, str]
    export_seconds: float
    measured: MeasuredTolerance | None = None
    max_drop: float | None = None
    gate: tuple[str, ...] = ()
    version: str = SIDECAR_FORMAT
    sidecar_sha256: str = ""

    @property
    def is_lower(self) -> bool:
        """Whether its precision is below float32, so that its own program judges it."""
        return self.precision != "fp32"

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
