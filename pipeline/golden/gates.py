"""The noise floors of a golden, and the gates that decide whether it is worth comparing with: else
it is INSENSITIVE or ILL_CONDITIONED (`onpar.parity.contract.golden.gate_failures`)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import nn

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.chain import before_run, perform
from onpar.parity.contract.golden import Gates
from onpar.parity.contract.groups import group_axis, peaks
from onpar.parity.contract.spec import Case
from onpar.parity.contract.steps.normalize import BGR, UPSIDE_DOWN
from onpar.parity.contract.tolerance import Floor, Floors, ToleranceError
from onpar.parity.judge.metrics import by_group, distance
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.module.half import Rounding as HalfPrecision
from onpar.pipeline.module.run_module import Tensors, run_module
from onpar.pipeline.recipes.recipe import Recipe


@dataclass(frozen=True)
class Prepared:
    """A case's tensors before the network, by name; its inputs in the model's order; and the
    reference's outputs for them."""

    case: Case
    tensors: dict[str, Tensor]
    inputs: dict[str, Tensor]
    outputs: Tensors
    milliseconds: float


def altered(recipe: Recipe, one: Prepared) -> dict[str, dict[str, Tensor]]:
    """The network's inputs if one of the mistakes were made that a golden must notice, by the
    mistake's name (`Step.altered`)."""
    steps, found = before_run(recipe.model), {}
    for index, step in enumerate(steps):
        if step.takes_source:
            continue
        for name, given in step.altered([one.tensors[taken] for taken in step.takes]).items():
            made = {
                name for later in steps[index:] for name in later.makes if not later.takes_source
            }
            kept = {name: value for name, value in one.tensors.items() if name not in made}
            kept |= dict(zip(step.takes, given, strict=True))
            found[name] = recipe.in_order(perform(steps[index:], kept, {}))
    return found


def measure_floors(
    recipe: Recipe, module: nn.Module, prepared: list[Prepared]
) -> dict[str, Floors]:
    """The largest distance of eager float32 from the reference, over valid float32 variants: 2
    threads and 1, without oneDNN, channels-last; at least 4·eps·max|ref|. By output, for each of
    its groups (`onpar.parity.contract.groups`).

    Each variant runs the first case, and the one with the largest distance runs every other case.
    Measured on ResNet-50 400×400 and MobileNetV3 96×160: a distance varies by a fifth between
    cases, and that of channels-last is 1.5 times the others on every case.
    """
    channels_last = copy.deepcopy(module).to(memory_format=torch.channels_last)
    honest: list[tuple[nn.Module, Callable[[], AbstractContextManager[None]]]] = [
        (module, partial(threads, 2)),
        (module, partial(threads, 1)),
        (module, partial(torch.backends.mkldnn.flags, enabled=False)),
        (channels_last, partial(threads, 2)),
    ]
    first, *others = prepared
    steps, found = len(honest) + len(others), list[Errors]()
    for index, (variant, setting) in enumerate(honest):
        try:
            found.append(_errors(recipe, variant, setting(), first))
        except RuntimeError:
            # Not every module supports channels-last weights: `view` needs contiguous memory.
            if variant is module:
                raise
        progress(steps + index + 1, 2 * steps)
    tops = {name: float(np.abs(ref).max()) or 1.0 for name, ref in first.outputs.items()}
    relative = [
        max(f.rms / tops[name] for name, floors in errors.items() for f in floors)
        for errors in found
    ]
    variant, setting = honest[relative.index(max(relative))]
    for index, one in enumerate(others):
        found.append(_errors(recipe, variant, setting(), one))
        progress(steps + len(honest) + index + 1, 2 * steps)
    return worst_of(recipe, found)


def half_floors(
    recipe: Recipe, module: nn.Module, prepared: list[Prepared]
) -> dict[str, Floors] | None:
    """The largest distance of float16 from the reference: weights, and every operator's result,
    rounded to float16. None if that overflows."""
    rounded = copy.deepcopy(module)
    for value in rounded.state_dict().values():
        if value.is_floating_point():
            value.copy_(value.half())
    try:
        return worst_of(
            recipe, [_errors(recipe, rounded, HalfPrecision(), one) for one in prepared]
        )
    except ToleranceError:  # The distance is not finite.
        return None


def measure_gates(
    recipe: Recipe, module: nn.Module, one: Prepared, other: Prepared | None
) -> dict[str, Gates]:
    """How much another case's inputs, and swapped red and blue, change each output. `other` is None
    if there is only one case: then its photo is turned upside down."""
    outputs, wrong = recipe.model.outputs, altered(recipe, one)
    by_bgr: Tensors = {}
    if BGR in wrong:
        by_bgr = _moved(recipe, module, one, run_module(module, wrong[BGR], outputs))
    moved = other.outputs if other else run_module(module, wrong[UPSIDE_DOWN], outputs)
    gates = {}
    for name, ref in one.outputs.items():
        photo = distance(moved[name], ref)
        bgr = distance(by_bgr[name], ref) if name in by_bgr else None
        gates[name] = Gates(
            peak=float(np.abs(ref).max()),
            moved_by_photo=photo.max_abs,
            moved_by_bgr=bgr.max_abs if bgr else None,
            moved_by_photo_rms=photo.rmse,
            moved_by_bgr_rms=bgr.rmse if bgr else None,
        )
    return gates


def _moved(recipe: Recipe, module: nn.Module, one: Prepared, swapped: Tensors) -> Tensors:
    """With several inputs, some outputs may not depend on the photo (a text's features): those that
    stay equal to the bit, unless all do, as then the photo is not used."""
    if len(recipe.model.inputs) == 1:
        return swapped
    plain = run_module(module, one.inputs, recipe.model.outputs)
    moved = {n: v for n, v in swapped.items() if not np.array_equal(v, plain[n])}
    return moved or swapped


def first_floors(recipe: Recipe, module: nn.Module, one: Prepared) -> dict[str, Floors]:
    """As `measure_floors`, but for one case as this process runs it; never larger than that."""
    return worst_of(recipe, [_errors(recipe, module, nullcontext(), one)])


Errors = dict[str, list[Floor]]
"""By output, the distance of each of its groups from the reference."""


def _errors(
    recipe: Recipe, module: nn.Module, setting: AbstractContextManager[None], one: Prepared
) -> Errors:
    with setting:
        got = run_module(module, one.inputs, recipe.model.outputs)
    return errors_of(recipe, got, one.outputs)


def errors_of(recipe: Recipe, got: Tensors, refs: Tensors) -> Errors:
    """The distance of each output from its reference, by groups."""
    found = {}
    for spec in recipe.model.outputs:
        axis, ref = group_axis(spec), refs[spec.name]
        _, each = by_group(got[spec.name], ref, axis)
        floors = [Floor(d.max_abs, d.rmse) for d in each]
        levels = peaks(ref, axis)
        floors = floors or [Floor(0.0, 0.0)] * len(levels)  # equal to the bit
        found[spec.name] = [f.at_least(p) for f, p in zip(floors, levels, strict=True)]
    return found


def worst_of(recipe: Recipe, found: Sequence[Errors]) -> dict[str, Floors]:
    """The largest floor of each group over all runs."""
    return {
        spec.name: Floors(
            group_axis(spec),
            tuple(map(_worst, zip(*(one[spec.name] for one in found), strict=True))),
        )
        for spec in recipe.model.outputs
    }


def _worst(floors: tuple[Floor, ...]) -> Floor:
    return Floor(max(f.max_abs for f in floors), max(f.rms for f in floors))


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Within this context PyTorch uses `count` threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
