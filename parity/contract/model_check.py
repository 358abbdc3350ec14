"""Are a user's inputs, outputs and steps what onpar can run?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from onpar.parity.contract.chain_check import chain_faults
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.steps.places import Places, in_sidecar
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.contract.tensor_check import tensor_faults
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.limits.limits import (
    ITEM_TYPES,
    MAX_TENSORS,
    TENSOR_NAME,
)


def model_faults(model: ModelSpec, places: Places = in_sidecar) -> Iterator[str]:
    """What is wrong with the model spec, in sentences; later ones may follow from the first."""
    for what in ("input", "output"):
        yield from _spec_faults(what, getattr(model, f"{what}s"))
    names = [spec.name for spec in (*model.inputs, *model.outputs)]
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{name!r} names two of the inputs and outputs; give each its own name"
    yield from chain_faults(model.steps, model.inputs, model.outputs, places)


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


def photo_sizes(model: ModelSpec, places: Places = in_sidecar) -> dict[str, tuple[int, int]]:
    """The height and width that photos are resized to, by step: `steps[1] (resize-image)`."""
    return {
        where: (step.height, step.width)
        for where, step in zip(places(model.steps), model.steps, strict=True)
        if isinstance(step, ResizeImage)
    }


def other_sizes(
    model: ModelSpec, options: RecipeOptions, places: Places = in_sidecar
) -> Iterator[tuple[str, str]]:
    """Where a photo is resized to another size than the options', and to which, as `HxW`; nothing
    if one of several photos has the options' size."""
    sizes = photo_sizes(model, places)
    if (options.height, options.width) not in sizes.values():
        for where, (height, width) in sizes.items():
            yield where, f"{height}x{width}"
