"""Are a user's inputs, outputs, image preparation and class map what onpar can run?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from onpar.parity.contract.prep_check import is_colour, prep_faults
from onpar.parity.contract.spec import ModelSpec, RecipeOptions, TensorSpec
from onpar.parity.contract.tensor_check import tensor_faults
from onpar.parity.limits.limits import (
    ITEM_TYPES,
    MAX_CLASSES,
    MAX_LEVEL,
    MAX_TENSORS,
    TENSOR_NAME,
)


def model_faults(model: ModelSpec, options: RecipeOptions) -> Iterator[str]:
    """What is wrong with the model spec, in sentences; after the first the rest may not hold."""
    for what in ("input", "output"):
        yield from _spec_faults(what, getattr(model, f"{what}s"))
    names = [spec.name for spec in (*model.inputs, *model.outputs)]
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{name!r} names two of the inputs and outputs; give each its own name"
    yield from prep_faults(model, options)
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
    if len(specs) > MAX_TENSORS:
        yield f"{what}s has {len(specs)} items, expected at most {MAX_TENSORS}"
    for spec in specs:
        if not isinstance(spec, TensorSpec):
            yield f"{what}s holds {kind(spec)}, expected a TensorSpec"
            continue
        if not TENSOR_NAME.fits(spec.name):
            yield (
                f"{what} {str(spec.name)[:80]!r}: a name has {TENSOR_NAME.expected}, as Core ML "
                "and the apps' languages require"
            )
        shape = spec.shape
        if not isinstance(shape, tuple | list) or any(type(n) is not int or n < 1 for n in shape):
            yield (
                f"{what} {spec.name}: shape {shape!r}, expected a tuple of whole numbers of at "
                "least 1, as shapes are static: options.height and options.width for the size, "
                "// to divide"
            )
        yield from _groups_faults(what, spec)
        known = ITEM_TYPES if what == "input" else ("float32",)
        if spec.dtype not in known:
            advice = f"one of {', '.join(known)}; convert it in forward()"
            if what == "output":
                advice = "float32; return scores, of which the app takes the arg-max"
            yield f"{what} {spec.name}: dtype {spec.dtype!r}, expected {advice}"
        yield from tensor_faults(f"{what} {spec.name}", spec)


def _groups_faults(what: str, spec: TensorSpec) -> Iterator[str]:
    groups, rank = spec.groups, len(spec.shape)
    if groups is None:
        return
    if what == "input":
        yield f"input {spec.name}: groups={groups!r}; only outputs have groups: leave it out"
    if type(groups) is not int or not -rank <= groups < rank:
        axes = f"an axis of its shape, {-rank} to {rank - 1}" if rank else "None: it has no axis"
        yield f"output {spec.name}: groups={groups!r}, expected {axes}, such as -1 for boxes"


def _classmap_faults(model: ModelSpec) -> Iterator[str]:
    classmap = model.classmap
    if classmap is None:
        return
    shapes = {spec.name: tuple(spec.shape) for spec in model.outputs}
    if classmap.output not in shapes:
        yield f"classmap is of output {classmap.output!r}; the outputs are {', '.join(shapes)}"
    shape, count = shapes[classmap.output], len(classmap.classes)
    if len(shape) != 4 or shape[:2] != (1, count) or not 0 < count <= MAX_CLASSES:
        yield (
            f"classmap names {count} classes, output {classmap.output} is {list(shape)}; expected "
            f"[1, classes, h, w], and at most {MAX_CLASSES} classes"
        )
    groups = {spec.name: spec.groups for spec in model.outputs}[classmap.output]
    if groups not in (None, 1, -3):
        yield (
            f"output {classmap.output}: groups={groups!r}, expected 1, the classes' axis, or None: "
            "the class map is judged by the errors of its classes"
        )
    if len(classmap.palette) != count:
        yield f"classmap's palette has {len(classmap.palette)} colours for {count} classes"
    for colour in classmap.palette:
        if not is_colour(colour):
            yield (
                f"classmap's palette has the colour {str(colour)[:80]}, expected three levels of 0 "
                f"to {MAX_LEVEL}"
            )
