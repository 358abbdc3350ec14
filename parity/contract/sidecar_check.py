"""Does a sidecar contradict itself? One that does would make the judge compare the wrong things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from onpar.parity.contract.model_check import model_faults
from onpar.parity.contract.spec import Artifact, TensorSpec

SHA256 = re.compile(r"[0-9a-f]{64}")

NOT_IN_A_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f]')
"""What no file may have in its name on a phone, or on the way to it."""

MOST_VALUES = 1 << 30
"""Values of one tensor at most: 4 GB of float32."""


def sidecar_faults(artifact: Artifact) -> Iterator[str]:
    """What in it does not go together, in sentences; after the first the rest may not hold."""
    model, options = artifact.model, artifact.options
    if artifact.bytes < 1:
        yield f"bytes is {artifact.bytes}, expected 1 or more"
    for name in ("sha256", "weights_sha256", "recipe_sha256"):
        if not SHA256.fullmatch(getattr(artifact, name)):
            yield f"{name} is {getattr(artifact, name)[:80]!r}, expected 64 hexadecimal digits"
    if NOT_IN_A_NAME.search(artifact.file) or artifact.file.strip(".") == "":
        yield f"file is {artifact.file[:80]!r}, expected the name of a file"
    prep = model.prep
    size = (prep.height, prep.width) if prep else (options.height, options.width)
    yield from model_faults(model, replace(options, height=size[0], width=size[1]))
    if prep and size != (options.height, options.width):
        yield (
            f"options are of size {options.height}x{options.width}, prep makes "
            f"{prep.height}x{prep.width}"
        )
    if artifact.recipe_sha256 != model.sha256:
        yield (
            f"recipe_sha256 is {artifact.recipe_sha256[:16]}…, its own model has "
            f"{model.sha256[:16]}…"
        )
    for spec in (*model.inputs, *model.outputs, *artifact.inputs, *artifact.outputs):
        yield from _size_faults(spec)
    yield from _io_faults(artifact)
    yield from _case_faults(artifact)
    if artifact.tolerance and artifact.measured:
        yield "it has a tolerance and a measured one as well; an artifact is judged by one of them"


def _size_faults(spec: TensorSpec) -> Iterator[str]:
    count = 1
    for side in spec.shape:
        count *= side
    if not 0 < count <= MOST_VALUES or any(side < 1 for side in spec.shape):
        yield f"{spec.name} has shape {list(spec.shape)[:8]}, expected 1 to {MOST_VALUES:,} values"


def _io_faults(artifact: Artifact) -> Iterator[str]:
    model, prep, classmap = artifact.model, artifact.model.prep, artifact.model.classmap
    if artifact.io == "tensor":
        for what in ("inputs", "outputs"):
            got, expected = (_shapes(getattr(one, what)) for one in (artifact, model))
            if got != expected:
                yield f"with io tensor its {what} are {got}, its model's {expected}"
    elif artifact.io != "image":
        yield f"io is {artifact.io[:80]!r}, expected tensor or image"
    elif prep is None or classmap is None:
        yield "with io image its model needs prep and a class map, and lacks one of them"
    else:
        scores = next(spec for spec in model.outputs if spec.name == classmap.output)
        expected = {prep.input: (prep.height, prep.width, 3)}
        if _shapes(artifact.inputs) != expected or artifact.inputs[0].dtype != "uint8":
            yield (
                f"with io image it takes uint8 {expected}, its inputs are "
                f"{_shapes(artifact.inputs)}"
            )
        drawn = {"classmap": scores.shape[2:]}
        if _shapes(artifact.outputs) != drawn:
            yield f"with io image it gives {drawn}, its outputs are {_shapes(artifact.outputs)}"


def _shapes(specs: tuple[TensorSpec, ...]) -> dict[str, tuple[int, ...]]:
    return {spec.name: spec.shape for spec in specs}


def _case_faults(artifact: Artifact) -> Iterator[str]:
    names = [case.name.casefold() for case in artifact.cases]
    for case in artifact.cases:
        if names.count(case.name.casefold()) > 1:
            yield f"two of its cases are named {case.name!r}"
        if bool(case.image) != bool(artifact.model.prep):
            takes = "takes a photo" if artifact.model.prep else "takes no photo"
            yield f"case {case.name!r} has the photo {case.image!r}, its model {takes}"
