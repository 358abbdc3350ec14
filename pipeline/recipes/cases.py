"""A user's cases: photos, and inputs given as arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from onpar.parity.contract.chain import arrays_of, images_of, sources_of
from onpar.parity.contract.steps.given import Given
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.limits.limits import CASE_NAME
from onpar.pipeline.paths import PHOTOS
from onpar.pipeline.recipes.recipe import Recipe


def with_arrays(recipe: Recipe) -> Recipe:
    """The recipe with paths for photos, sources and folders, and arrays in C order and machine byte
    order."""
    arrays = arrays_of(recipe.model)
    inputs = {
        case: {
            name: np.array(value, np.dtype(arrays[name].dtype), order="C")
            if name in arrays
            else Path(str(value))
            for name, value in values.items()
        }
        for case, values in recipe.inputs.items()
    }
    photos, sources = (tuple(map(Path, paths)) for paths in (recipe.photos, recipe.sources))
    calibration, measured = (
        None if folder is None else Path(folder) for folder in (recipe.calibration, recipe.measured)
    )
    return replace(
        recipe,
        photos=photos,
        inputs=inputs,
        sources=sources,
        calibration=calibration,
        measured=measured,
    )


def case_faults(recipe: Recipe) -> Iterator[str]:
    """Sentences about what is wrong with the photos and the inputs."""
    if not isinstance(recipe.inputs, Mapping):
        yield f"inputs is a {type(recipe.inputs).__name__}, expected {{case: {{input: array}}}}"
    if not recipe.photo_source:
        yield from _few_cases(recipe)
    cases = list(recipe.inputs)
    if recipe.photo_source:
        yield from _photo_faults(recipe.photos)
        cases = [Path(photo).stem for photo in recipe.photos]
    for case in cases:
        if not CASE_NAME.fits(case):
            yield f"case {case!r}: files are named after cases, so expected {CASE_NAME.expected}"
    folded = [_folded(case) for case in cases]
    for case, name in zip(cases, folded, strict=True):
        if folded.count(name) > 1:
            yield f"two cases are named {case!r}; files are named after them: rename one"
    steps = sources_of(recipe.model.steps)
    others = {name: step for name, step in steps.items() if name != recipe.photo_source}
    unknown = [case for case in recipe.inputs if case not in cases]
    if unknown:
        yield f"inputs gives a case {unknown[0]!r}; the photos are {', '.join(cases)}"
    for case in cases if others or recipe.inputs else ():
        yield from _input_faults(case, recipe.inputs.get(case, {}), others, recipe.photo_source)


def _folded(name: str) -> str:
    """The same for all names that are one file on a system that ignores case, or how an accent is
    written: Unicode's canonical caseless matching (definition D145)."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _few_cases(recipe: Recipe) -> Iterator[str]:
    """Where `photos` cannot give the cases: with several photos, or with none."""
    images, sources = images_of(recipe.model), ", ".join(sources_of(recipe.model.steps))
    what = f"with {len(images)} photos" if images else "without a photo"
    gives = f"each case's sources ({sources})" if images else "each case's arrays by name"
    if recipe.photos != PHOTOS:
        yield f"photos is given; {what} `inputs` must give {gives}: leave out photos"
    if len(recipe.inputs) < 2:
        cases = "1 case" if recipe.inputs else "no cases"
        yield (
            f"has {cases}; {what} `inputs` must give {gives}, for at least two cases: the "
            "change between cases shows that the outputs depend on the inputs"
        )


def _photo_faults(photos: Any) -> Iterator[str]:
    if not isinstance(photos, tuple | list) or not photos:
        given = "is empty" if isinstance(photos, tuple | list) else f"is {photos!r}"
        yield f"photos {given}, expected a tuple of one path or more: (Path('dog.jpg'),)"
    for photo in photos:
        yield from _file_faults("photos", photo)


def _file_faults(where: str, photo: Any) -> Iterator[str]:
    if not isinstance(photo, str | Path):
        yield f"{where} has a {type(photo).__name__}, expected the path of an image"
    if not Path(photo).is_file():
        yield (
            f"{where} names {photo}: no such file; paths are relative to the folder that onpar "
            "runs in, or write Path(__file__).parent / 'dog.jpg'"
        )


def _input_faults(case: str, values: Any, others: Mapping[str, Step], photo: str) -> Iterator[str]:
    """`photo` is the source that `photos` give, if any; `others` are those that `inputs` gives."""
    where = f"inputs[{case!r}]"
    if not isinstance(values, Mapping):
        yield f"{where} is a {type(values).__name__}, expected {{input: array}}"
    expected = ", ".join(others) or "nothing"
    if values.keys() != others.keys():
        got = ", ".join(map(str, values)) or "nothing"
        which = "inputs other than the photo" if photo else "sources of every case"
        yield f"{where} gives {got}, expected {expected}: the {which}"
    for name, step in others.items():
        if not isinstance(step, Given):
            yield from _file_faults(f"{where}[{name!r}]", values[name])
            continue
        spec, value = TensorSpec(name, step.shape, step.dtype), values[name]
        if not isinstance(value, np.ndarray | np.generic):
            yield (
                f"{where}[{spec.name!r}] is a {type(value).__name__}, expected a numpy array, "
                f"{spec.dtype} {list(spec.shape)}"
            )
        elif value.dtype.name != spec.dtype:
            yield (
                f"{where}[{spec.name!r}] is {value.dtype.name}, the model spec says {spec.dtype}; "
                f"write array.astype({spec.dtype!r}), or fix the spec"
            )
        elif value.shape != tuple(spec.shape):
            yield (
                f"{where}[{spec.name!r}] has shape {list(value.shape)}, the model spec says "
                f"{list(spec.shape)}"
            )
        elif not np.isfinite(value).all():
            yield f"{where}[{spec.name!r}] holds NaN or infinity"
