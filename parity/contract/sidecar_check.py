"""Does a sidecar contradict itself? Then the judge would compare the wrong things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec

from onpar.parity.contract.chain import images_of, run_index, sources_of, step_specs, taken_by
from onpar.parity.contract.chain_check import chain_faults
from onpar.parity.contract.drop import PERCENT, is_percent
from onpar.parity.contract.model_check import model_faults, other_sizes, photo_sizes
from onpar.parity.contract.spec import Artifact, Case, ModelSpec
from onpar.parity.contract.tensor_check import tensor_faults
from onpar.parity.contract.tensor_spec import TensorSpec, fits, shown
from onpar.parity.limits.limits import (
    CASE_NAME,
    FILE_NAME,
    IO_KINDS,
    MAX_CASES,
    MAX_TENSORS,
    SHA256_TEXT,
    TENSOR_NAME,
)

OPTIONAL = ("groups", "measured", "max_drop", "gate", "sidecar_sha256")
"""Keys that an older onpar did not write; without them a sidecar keeps its meaning."""


SIZE = ("options.height", "options.width")
"""Keys that the sidecar of a model without a photo does not have."""

OF_THE_JUDGE = ("tolerance", "measured")
"""Keys that no host reads. A tolerance that an older onpar measured has fewer keys."""


AS_INT32 = ("int64", "uint8", "int8")
"""The item types of a chain's tensors for which a file may have int32: Core ML's arrays have no
other integers. Not those of a photo's pixels, which a file takes as an image."""


def absent_keys(read: object, found: Any, where: str = "") -> Iterator[str]:
    """The keys that onpar writes and a sidecar's JSON does not have, such as `steps[1].fit`: the
    hosts refuse a sidecar without them, so Python may not assume their defaults. `read` is what the
    JSON values `found` were read as."""
    names = list[str]()
    if is_dataclass(read):
        names = [one.name for one in fields(read)]
    elif isinstance(read, msgspec.Struct):
        names = [*read.__struct_fields__]
    for name in names:
        path = f"{where}.{name}" if where else name
        if name in found and name not in OF_THE_JUDGE:
            yield from absent_keys(getattr(read, name), found[name], path)
        elif name not in (*found, *OPTIONAL) and path not in SIZE:
            yield path
    if isinstance(read, tuple):
        for index, value in enumerate(read):
            if index == len(found):
                yield f"{where}[{index}]"
                return
            if not isinstance(value, str | int | float):
                yield from absent_keys(value, found[index], f"{where}[{index}]")


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
    yield from model_faults(model)
    for where, size in other_sizes(model, options):
        yield f"options are of size {options.size or 'none'}, {where} makes {size}"
    if options.size and not photo_sizes(model):
        yield f"options are of size {options.size}, and no step resizes a photo"
    if artifact.recipe_sha256 != model.sha256:
        yield (
            f"recipe_sha256 is {artifact.recipe_sha256[:16]}…, its own model has "
            f"{model.sha256[:16]}…"
        )
    for what in ("inputs", "outputs"):
        yield from _tensor_faults(what, getattr(artifact, what))
    names = [spec.name for spec in (*artifact.inputs, *artifact.outputs)]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"inputs and outputs of the file: two have the name {name!r}"
    yield from _io_faults(artifact)
    yield from _case_faults(artifact)
    if artifact.measured and not artifact.is_lower:
        yield "it has a measured tolerance, which is only for a precision below float32"
    if artifact.max_drop is not None and not is_percent(artifact.max_drop):
        yield f"max_drop is {artifact.max_drop!r}, expected {PERCENT}, in percent"


def _tensor_faults(what: str, specs: tuple[TensorSpec, ...]) -> Iterator[str]:
    if not 0 < len(specs) <= MAX_TENSORS:
        yield f"{what} has {len(specs)} items, expected 1 to {MAX_TENSORS}"
    for index, spec in enumerate(specs):
        if not TENSOR_NAME.fits(spec.name):
            yield f"{what}[{index}].name is {spec.name[:80]!r}, expected {TENSOR_NAME.expected}"
        yield from tensor_faults(f"{what}[{index}]", spec)


def _io_faults(artifact: Artifact) -> Iterator[str]:
    model, steps, (first, last) = artifact.model, artifact.steps, artifact.runs
    if artifact.io not in IO_KINDS:
        yield f"io is {artifact.io[:80]!r}, expected {' or '.join(IO_KINDS)}"
    yield from chain_faults(steps, model.inputs, model.outputs)
    if steps != model.steps:
        yield "steps are not those of its model"
    run = run_index(steps)
    if not 0 <= first <= run <= last < len(steps):
        yield (
            f"runs is {[first, last]}, expected the first and the last step that the file "
            f"performs, with the network, steps[{run}], among them"
        )
    for index in range(first, run):
        if steps[index].takes_source:
            yield (
                f"runs is {[first, last]}, and steps[{index}] takes what the case gives, which is "
                "the app's part, not the file's"
            )
    inside, specs = steps[first : last + 1], step_specs(steps, model.outputs)
    for what, names in (("inputs", taken_by(inside)), ("outputs", inside[-1].makes)):
        files = getattr(artifact, what)
        if len(files) != len(names):
            yield f"{what} has {len(files)} items, the file has {len(names)}: {', '.join(names)}"
        for name, file in zip(names, files, strict=True):
            spec = specs[name]
            pixels = what == "inputs" and first < run
            as_int32 = file.dtype == "int32" and spec.dtype in AS_INT32 and not pixels
            if not fits(file.shape, spec) or (file.dtype != spec.dtype and not as_int32):
                yield (
                    f"{what}: {file.name} is {file.dtype} {shown(file.shape)}, {name} of the steps "
                    f"is {spec.dtype} {shown(spec.shape)}"
                )
    for index, spec in enumerate(artifact.outputs if last == run else ()):
        if spec.dtype != "float32":
            yield f"outputs[{index}].dtype is {spec.dtype!r}, expected float32"


def _case_faults(artifact: Artifact) -> Iterator[str]:
    cases = artifact.cases
    if len(cases) > MAX_CASES:
        yield f"cases has {len(cases)} items, expected at most {MAX_CASES}"
    names = Counter(_folded(case.name) for case in cases)
    for index, case in enumerate(cases):
        if names[_folded(case.name)] > 1:
            yield f"cases[{index}].name: two of its cases are named {case.name[:80]!r}"
        yield from _one_case_faults(f"cases[{index}]", case, artifact.model)


def _folded(name: str) -> str:
    """A name with ASCII letters in lower case. Captures are named after cases, and on some systems
    `a` and `A` are one file. Java and C++ must fold the same, whatever Unicode version they have;
    what else file systems fold, such as É and é, is refused in the recipe, before an export."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _one_case_faults(where: str, case: Case, model: ModelSpec) -> Iterator[str]:
    if not CASE_NAME.fits(case.name):
        yield f"{where}.name is {case.name[:80]!r}, expected {CASE_NAME.expected}"
    got, wanted = [source.name for source in case.sources], list(sources_of(model.steps))
    if got != wanted:
        yield f"{where}.sources are {', '.join(got)[:80]}, its model takes {', '.join(wanted)}"
    images = images_of(model)
    for index, source in enumerate(case.sources):
        at = f"{where}.sources[{index}]"
        if (source.name in images or source.file) and not FILE_NAME.fits(source.file):
            yield f"{at}.file is {source.file[:80]!r}, expected {FILE_NAME.expected}"
        if not SHA256_TEXT.fits(source.sha256):
            yield f"{at}.sha256 is {source.sha256[:80]!r}, expected {SHA256_TEXT.expected}"
