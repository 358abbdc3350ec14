"""Does a sidecar contradict itself? Then the judge would compare the wrong things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from onpar.parity.contract.model_check import model_faults
from onpar.parity.contract.spec import Artifact, Case, TensorSpec
from onpar.parity.contract.tensor_check import tensor_faults
from onpar.parity.limits.limits import (
    CASE_NAME,
    FILE_NAME,
    IO_KINDS,
    MAX_CASES,
    MAX_TENSORS,
    SHA256_TEXT,
    TENSOR_NAME,
)

OPTIONAL = ("groups", "inputs_sha256", "measured", "gate", "sidecar_sha256")
"""Keys that an older onpar did not write; without them a sidecar keeps its meaning."""


OF_THE_JUDGE = ("tolerance", "measured")
"""Keys that no host reads. A tolerance that an older onpar measured has fewer keys."""


def absent_keys(read: object, found: Any, where: str = "") -> Iterator[str]:
    """The keys that onpar writes and a sidecar's JSON does not have, such as `model.prep.fit`: the
    hosts refuse a sidecar without them, so Python may not assume their defaults. `read` is what the
    JSON values `found` were read as."""
    if is_dataclass(read):
        for one in fields(read):
            path = f"{where}.{one.name}" if where else one.name
            if one.name in found and one.name not in OF_THE_JUDGE:
                yield from absent_keys(getattr(read, one.name), found[one.name], path)
            elif one.name not in (*found, *OPTIONAL):
                yield path
    elif isinstance(read, tuple):
        for index, (value, other) in enumerate(zip(read, found, strict=True)):
            yield from absent_keys(value, other, f"{where}[{index}]")


def sidecar_faults(artifact: Artifact) -> Iterator[str]:
    """What in it does not go together, in sentences; after the first the rest may not hold."""
    model, options = artifact.model, artifact.options
    if artifact.bytes < 1:
        yield f"bytes is {artifact.bytes}, expected 1 or more"
    for name in ("sha256", "weights_sha256", "recipe_sha256"):
        if not SHA256_TEXT.fits(getattr(artifact, name)):
            yield f"{name} is {getattr(artifact, name)[:80]!r}, expected {SHA256_TEXT.expected}"
    if not FILE_NAME.fits(artifact.file):
        yield f"file is {artifact.file[:80]!r}, expected {FILE_NAME.expected}"
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
    for what in ("inputs", "outputs"):
        yield from _tensor_faults(what, getattr(artifact, what))
    yield from _io_faults(artifact)
    yield from _case_faults(artifact)
    if artifact.tolerance and artifact.measured:
        yield "it has a tolerance and a measured one as well; an artifact is judged by one of them"


def _tensor_faults(what: str, specs: tuple[TensorSpec, ...]) -> Iterator[str]:
    if not 0 < len(specs) <= MAX_TENSORS:
        yield f"{what} has {len(specs)} items, expected 1 to {MAX_TENSORS}"
    for index, spec in enumerate(specs):
        if not TENSOR_NAME.fits(spec.name):
            yield f"{what}[{index}].name is {spec.name[:80]!r}, expected {TENSOR_NAME.expected}"
        yield from tensor_faults(f"{what}[{index}]", spec)


def _io_faults(artifact: Artifact) -> Iterator[str]:
    model, prep, classmap = artifact.model, artifact.model.prep, artifact.model.classmap
    if artifact.io not in IO_KINDS:
        yield f"io is {artifact.io[:80]!r}, expected {' or '.join(IO_KINDS)}"
    if artifact.io == "tensor":
        for what in ("inputs", "outputs"):
            got, expected = (_shapes(getattr(one, what)) for one in (artifact, model))
            if got != expected:
                yield f"with io tensor its {what} are {got}, its model's {expected}"
        for index, spec in enumerate(artifact.outputs):
            if spec.dtype != "float32":
                yield f"outputs[{index}].dtype is {spec.dtype!r}, expected float32, as io is tensor"
    elif prep is None or classmap is None:
        yield "with io image its model needs prep and a class map, and one of them is missing"
    else:
        scores = next(spec for spec in model.outputs if spec.name == classmap.output)
        expected = {prep.input: (prep.height, prep.width, 3)}
        if _shapes(artifact.inputs) != expected or artifact.inputs[0].dtype != "uint8":
            yield (
                f"model.prep.input: with io image it takes uint8 {expected}, its inputs are "
                f"{_shapes(artifact.inputs)}"
            )
        drawn = {"classmap": scores.shape[2:]}
        if _shapes(artifact.outputs) != drawn:
            yield f"with io image it gives {drawn}, its outputs are {_shapes(artifact.outputs)}"


def _shapes(specs: tuple[TensorSpec, ...]) -> dict[str, tuple[int, ...]]:
    return {spec.name: spec.shape for spec in specs}


def _case_faults(artifact: Artifact) -> Iterator[str]:
    cases = artifact.cases
    if len(cases) > MAX_CASES:
        yield f"cases has {len(cases)} items, expected at most {MAX_CASES}"
    names = Counter(case.name.casefold() for case in cases)
    for index, case in enumerate(cases):
        if names[case.name.casefold()] > 1:
            yield f"cases[{index}].name: two of its cases are named {case.name[:80]!r}"
        yield from _one_case_faults(f"cases[{index}]", case, artifact.model.prep is not None)


def _one_case_faults(where: str, case: Case, photo: bool) -> Iterator[str]:
    if not CASE_NAME.fits(case.name):
        yield f"{where}.name is {case.name[:80]!r}, expected {CASE_NAME.expected}"
    if bool(case.image) != photo:
        takes = "takes a photo" if photo else "takes no photo"
        has = f"case {case.name!r} has the photo {case.image[:80]!r}"
        yield f"{where}.image: {has}, its model {takes}"
    if photo and not FILE_NAME.fits(case.image):
        yield f"{where}.image is {case.image[:80]!r}, expected {FILE_NAME.expected}"
    if not SHA256_TEXT.fits(case.sha256):
        yield f"{where}.sha256 is {case.sha256[:80]!r}, expected {SHA256_TEXT.expected}"
    if case.inputs_sha256 and not SHA256_TEXT.fits(case.inputs_sha256):
        yield (
            f"{where}.inputs_sha256 is {case.inputs_sha256[:80]!r}, expected "
            f"{SHA256_TEXT.expected}, or nothing"
        )
