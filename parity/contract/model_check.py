"""Are a user's inputs, outputs, image preparation and class map what onpar can run?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from onpar.parity.contract.capture import DTYPES
from onpar.parity.contract.spec import ImagePrep, ModelSpec, RecipeOptions, TensorSpec

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names of inputs and outputs: what Core ML and the languages of the apps take."""


INSTEAD: Mapping[tuple[int | str, ...], str] = {
    (0, "gray", 2, 3): "x = x.mean(1, keepdim=True), or with weights of your own for the channels",
    (0, 2, 3, 1): "x = x.permute(0, 2, 3, 1)",
    (0, 2, 3, "gray"): "x = x.mean(1, keepdim=True).permute(0, 2, 3, 1)",
}
"""What prep does not make, by its axes in terms of [1, 3, h, w], and how a module makes it."""


def model_faults(model: ModelSpec, options: RecipeOptions) -> Iterator[str]:
    """What is wrong with the model spec, in sentences; after the first the rest may not hold."""
    for what in ("input", "output"):
        yield from _spec_faults(what, getattr(model, f"{what}s"))
    names = [spec.name for spec in (*model.inputs, *model.outputs)]
    for name in names:
        if names.count(name) > 1:
            yield f"{name!r} names two of the inputs and outputs; give each its own name"
    yield from _prep_faults(model, options)
    yield from _classmap_faults(model)


def kind(value: object) -> str:
    """What something is, for people."""
    return "None" if value is None else f"a {type(value).__name__}"


def _spec_faults(what: str, specs: object) -> Iterator[str]:
    if not isinstance(specs, tuple | list) or not specs:
        yield (
            f"{what}s is {kind(specs)}, expected a tuple of one TensorSpec or more; a tuple of "
            "one has a comma: (TensorSpec(…),)"
        )
        return
    for spec in specs:
        if not isinstance(spec, TensorSpec):
            yield f"{what}s holds {kind(spec)}, expected a TensorSpec"
            continue
        if not isinstance(spec.name, str) or not NAME.fullmatch(spec.name):
            yield (
                f"{what} {spec.name!r}: a name has letters, digits and _ only, as Core ML and the "
                "apps' languages want"
            )
        shape = spec.shape
        if not isinstance(shape, tuple | list) or any(type(n) is not int or n < 1 for n in shape):
            yield (
                f"{what} {spec.name}: shape {shape!r}, expected a tuple of whole numbers of at "
                "least 1, as shapes are static: options.height and options.width for the size, "
                "// to divide"
            )
        yield from _groups_faults(what, spec)
        known = tuple(DTYPES) if what == "input" else ("float32",)
        if spec.dtype not in known:
            advice = f"one of {', '.join(known)}; convert it in forward()"
            if what == "output":
                advice = "float32; return scores, of which the app takes the arg-max"
            yield f"{what} {spec.name}: dtype {spec.dtype!r}, expected {advice}"


def _groups_faults(what: str, spec: TensorSpec) -> Iterator[str]:
    groups, rank = spec.groups, len(spec.shape)
    if groups is None:
        return
    if what == "input":
        yield f"input {spec.name}: groups={groups!r}; only outputs have groups: leave it out"
    if type(groups) is not int or not -rank <= groups < rank:
        axes = f"an axis of its shape, {-rank} to {rank - 1}" if rank else "None: it has no axis"
        yield f"output {spec.name}: groups={groups!r}, expected {axes}, such as -1 for boxes"


def _prep_faults(model: ModelSpec, options: RecipeOptions) -> Iterator[str]:
    prep = model.prep
    if prep is None:
        return
    if not isinstance(prep, ImagePrep):
        yield f"prep is {kind(prep)}, expected an ImagePrep, or None for a model without a photo"
    shapes = {spec.name: (tuple(spec.shape), spec.dtype) for spec in model.inputs}
    if prep.input not in shapes:
        yield f"prep makes input {prep.input!r}; the model's inputs are {', '.join(shapes)}"
    shape, dtype = shapes[prep.input]
    made = (1, 3, prep.height, prep.width)
    if (shape, dtype) != (made, "float32"):
        advice = "onpar runs one at a time (batch 1)"
        for other, instead in INSTEAD.items():
            if shape == tuple(made[axis] if type(axis) is int else 1 for axis in other):
                advice = f"give the input that shape, and begin forward() with {instead}"
        yield (
            f"input {prep.input} is {dtype} {list(shape)}, prep makes float32 {list(made)} of one "
            f"photo, RGB; {advice}"
        )
    size, asked = f"{prep.height}x{prep.width}", f"{options.height}x{options.width}"
    if size != asked:
        yield (
            f"prep makes {size}, the command asks for {asked}; use options.height and "
            f"options.width in the recipe, or say --size {size}"
        )
    for what, values in (("mean", prep.mean), ("std", prep.std)):
        if len(values) != 3 or (what == "std" and 0 in values):
            yield f"prep's {what} is {values}, expected three numbers for R, G and B, std not 0"


def _classmap_faults(model: ModelSpec) -> Iterator[str]:
    classmap = model.classmap
    if classmap is None:
        return
    shapes = {spec.name: tuple(spec.shape) for spec in model.outputs}
    if classmap.output not in shapes:
        yield f"classmap is of output {classmap.output!r}; the outputs are {', '.join(shapes)}"
    shape, count = shapes[classmap.output], len(classmap.classes)
    if len(shape) != 4 or shape[:2] != (1, count) or not 0 < count <= 256:
        yield (
            f"classmap names {count} classes, output {classmap.output} is {list(shape)}; expected "
            "[1, classes, h, w], and at most 256 classes"
        )
    groups = {spec.name: spec.groups for spec in model.outputs}[classmap.output]
    if groups not in (None, 1, -3):
        yield (
            f"output {classmap.output}: groups={groups!r}, expected 1, the classes' axis, or None: "
            "the class map is judged by the errors of its classes"
        )
    if len(classmap.palette) != count:
        yield f"classmap has {len(classmap.palette)} colours for {count} classes"
