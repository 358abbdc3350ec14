"""Do a user's steps make sense? What no recipe means, although each step alone is valid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from onpar.parity.contract.chain import sources_of, step_specs
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.places import in_recipe
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.threshold import Threshold


def order_faults(model: ModelSpec) -> Iterator[str]:
    """A step that takes an output, before one that makes an input. `ModelSpec` puts the network in
    front of the first, so this is said before what follows from it."""
    places = in_recipe(model.steps)
    at = next((i for i, step in enumerate(model.steps) if isinstance(step, Run)), len(places))
    later = [*zip(places, model.steps, strict=True)][at + 1 :]
    for where, step in later:
        made = set(step.makes).intersection(model.steps[at].takes)
        if made:
            yield (
                f"{where} makes {min(made)!r}, an input of the network, after {later[0][0]}, which "
                "takes an output of it; write the steps of the inputs first, such as *photo(…)"
            )


def meaning_faults(model: ModelSpec) -> Iterator[str]:
    """Faults of a chain that is otherwise valid: tensors that nothing takes, sources of two kinds,
    and constants by which the model would not see the photo or would always show the same."""
    yield from _unused_faults(model)
    yield from _source_faults(model)
    yield from _level_faults(model)
    yield from _constant_faults(model)


def _unused_faults(model: ModelSpec) -> Iterator[str]:
    inputs = ", ".join(spec.name for spec in model.inputs)
    places = in_recipe(model.steps)
    for index, step in enumerate(model.steps[:-1]):
        taken = {name for later in model.steps[index + 1 :] for name in later.takes}
        if not isinstance(step, Run) and not taken.intersection(step.makes):
            yield (
                f"{places[index]}: makes {step.makes[0]!r}, which no later step takes; the model's "
                f"inputs are {inputs}"
            )


def _source_faults(model: ModelSpec) -> Iterator[str]:
    first = sources_of(model.steps)
    for where, step in zip(in_recipe(model.steps), model.steps, strict=True):
        for name in step.takes if step.takes_source else ():
            if first[name].kind != step.kind:
                yield (
                    f"{where}: takes the source {name!r}, which the step {first[name].kind} takes "
                    "as well; give the input another name"
                )


def _level_faults(model: ModelSpec) -> Iterator[str]:
    """Numbers in units of levels. An intensity of 0–1 has a mean of at most 1, and a standard
    deviation of at most a half; 1 leaves it as it is."""
    for where, step in zip(in_recipe(model.steps), model.steps, strict=True):
        if not isinstance(step, Normalize):
            continue
        mean, std = step.mean, step.std
        if max(map(abs, (*mean, *std)), default=0.0) <= 1:
            continue
        if max(map(abs, mean)) > 1:
            mean = _divided(mean)
        if max(map(abs, std)) >= 1:
            std = _divided(std)
        yield (
            f"{where}: mean is {_listed(step.mean)}, std is {_listed(step.std)}, as for levels of "
            "0–255; onpar's are for intensities of 0–1, whose input would hardly vary: divide them "
            f"by 255, mean={_listed(mean)}, std={_listed(std)}. A model that takes 0–255 has mean "
            "0 and std 1 / 255"
        )


def _divided(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(value / 255 for value in values)


def _listed(values: Sequence[float]) -> str:
    """As Python writes a tuple."""
    return f"({', '.join(f'{value:.6g}' for value in values)}{',' * (len(values) == 1)})"


def _constant_faults(model: ModelSpec) -> Iterator[str]:
    """Results that are the same for every photo."""
    specs, makers = step_specs(model.steps, model.outputs), dict[str, str]()
    for where, step in zip(in_recipe(model.steps), model.steps, strict=True):
        [name, *_] = step.takes
        if isinstance(step, Argmax) and len(step.classes) == 1:
            yield (
                f"{where}: has one class, {step.classes[0]!r}, so the class map would be 0 "
                "everywhere; write ModelSpec(…) with the step "
                f'mask("{name}", 0.0, ("background", "{step.classes[0]}")) in its place: above 0.0 '
                "where forward() returns logits, above 0.5 where it returns probabilities"
            )
        if isinstance(step, Softmax) and specs[name].shape[step.axis] == 1:
            yield (
                f"{where}: {name} is {list(specs[name].shape)}, so it has one score along axis "
                f"{step.axis}, whose softmax is always 1; write Sigmoid in its place"
            )
        if isinstance(step, Threshold) and name in makers and not 0 < np.float32(step.above) < 1:
            yield (
                f"{where}: above is {step.above:g}, so the mask would be the same everywhere: "
                f"{makers[name]} makes {name}, which lie between 0 and 1; write 0.5, or another "
                "number between them"
            )
        if isinstance(step, Sigmoid | Softmax):
            makers |= dict.fromkeys(step.makes, where)
