"""A model's chain of steps, and which part of it an exported file performs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.given import Given
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.step import Probe, Step, Tensor
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.tensor_spec import TensorSpec


def before_run(model: ModelSpec) -> tuple[Step, ...]:
    """The steps that make the network's inputs."""
    return model.steps[: run_index(model.steps)]


def after_run(model: ModelSpec) -> tuple[Step, ...]:
    """The steps that take the network's outputs."""
    return model.steps[run_index(model.steps) + 1 :]


def run_index(steps: Sequence[Step]) -> int:
    """The place of the network among the steps."""
    return next(index for index, step in enumerate(steps) if isinstance(step, Run))


def makers_of(steps: Iterable[Step]) -> dict[str, Step]:
    """The step that makes a tensor, by the tensor's name."""
    return {name: step for step in steps for name in step.makes}


def sources_of(steps: Iterable[Step]) -> dict[str, Step]:
    """The sources that a case must give, in the order in which they are taken, and the first step
    that takes each."""
    found: dict[str, Step] = {}
    for step in steps:
        if step.takes_source:
            for name in step.takes:
                found.setdefault(name, step)
    return found


def images_of(model: ModelSpec) -> tuple[str, ...]:
    """The sources that are images."""
    found = sources_of(model.steps)
    return tuple(name for name, step in found.items() if isinstance(step, DecodeImage))


def arrays_of(model: ModelSpec) -> dict[str, TensorSpec]:
    """Shape and dtype of the sources that are arrays, by the source's name."""
    found = sources_of(model.steps)
    return {
        name: TensorSpec(name, step.shape, step.dtype)
        for name, step in found.items()
        if isinstance(step, Given)
    }


def only_image(model: ModelSpec) -> str | None:
    """The name of a case's source, if there is only one and it is an image."""
    images = images_of(model)
    return images[0] if images and len(sources_of(model.steps)) == 1 else None


def decoded_photo(model: ModelSpec) -> str:
    """The name of the decoded pixels of a model of one photo."""
    [name] = [step.makes[0] for step in model.steps if isinstance(step, DecodeImage)]
    return name


def map_shown(model: ModelSpec) -> Argmax | Threshold | None:
    """The last step, if what it makes is a class for each pixel."""
    last = model.steps[-1]
    return last if isinstance(last, Argmax | Threshold) else None


def output_behind(model: ModelSpec, name: str) -> str:
    """The network's output that a tensor after it is made of."""
    for step in reversed(after_run(model)):
        if name in step.makes:
            name = step.takes[0]
    return name


def tensor_specs(model: ModelSpec) -> dict[str, TensorSpec]:
    """Shape and dtype of every tensor of the chain by its name, in order. Raises ValueError for a
    step that does not take what it is given."""
    return step_specs(model.steps, model.outputs)


def step_specs(steps: Iterable[Step], outputs: Sequence[TensorSpec]) -> dict[str, TensorSpec]:
    """The same of any steps; `outputs` are those of the network."""
    specs: dict[str, TensorSpec] = {}
    for step in steps:
        if isinstance(step, Run):
            made = tuple(outputs)
        else:
            made = step.specs([] if step.takes_source else [specs[name] for name in step.takes])
        specs |= dict(zip(step.makes, made, strict=True))
    return specs


def perform(
    steps: Iterable[Step], tensors: Mapping[str, Tensor], sources: Mapping[str, Any]
) -> dict[str, Tensor]:
    """The tensors, and what the steps make of them and of a case's sources; a step whose tensors
    are there is left out. Raises what the steps raise, and KeyError for a tensor that no step
    made."""
    made = dict(tensors)
    for step in (one for one in steps if not made.keys() >= set(one.makes)):
        given = sources if step.takes_source else made
        results = step.compute([given[name] for name in step.takes])
        made |= dict(zip(step.makes, results, strict=True))
    return made


@dataclass(frozen=True)
class Chain:
    """The steps of an artifact: `before` its file, `inside`, and `after`.

    `taken` and `given` are shape and dtype of what the file takes and gives, by the tensor's name
    in the chain, with the names that the file has for them; `specs` are those of every tensor that
    a capture holds.
    """

    before: tuple[Step, ...]
    inside: tuple[Step, ...]
    after: tuple[Step, ...]
    taken: Mapping[str, TensorSpec]
    given: Mapping[str, TensorSpec]
    specs: Mapping[str, TensorSpec]

    @property
    def run(self) -> Step:
        """The network."""
        return self.inside[run_index(self.inside)]

    @property
    def follows(self) -> tuple[Step, ...]:
        """The steps inside the file after the network."""
        return self.inside[run_index(self.inside) + 1 :]

    @cached_property
    def probes(self) -> dict[str, tuple[Step, Probe]]:
        """The tests of the app's own steps, by the name that their results have in a capture."""
        return {
            f"probe.{number}/{step.makes[0]}": (step, probe)
            for step in self.after
            for number, probe in enumerate(step.probes([self.specs[n] for n in step.takes]), 1)
        }


def steps_inside(model: ModelSpec, io: str) -> tuple[int, int]:
    """The first and the last step that a file performs: with io `tensor` the network, with io
    `image` everything from the normalisation to the class map or the mask."""
    run = run_index(model.steps)
    if io == "tensor":
        return run, run
    maps = (i for i, step in enumerate(model.steps) if isinstance(step, Argmax | Threshold))
    return run - 1, next(maps, run)


def has_image_io(model: ModelSpec) -> bool:
    """Whether a file of this model can take a photo and give a class map or a mask: its chain is
    normalize (RGB planes, float32), run, softmax or sigmoid or neither, argmax or threshold, each
    of what the one before it makes."""
    first, last = steps_inside(model, "image")
    normalize, *inside = model.steps[max(0, first) : last + 1]
    if not isinstance(normalize, Normalize) or not normalize.of_planes:
        return False
    linked = all(
        set(later.takes) <= set(earlier.makes) for earlier, later in pairwise((normalize, *inside))
    )
    run, *between, shown = inside if len(inside) > 1 else (*inside, None)
    known = len(between) < 2 and all(isinstance(step, Softmax | Sigmoid) for step in between)
    return linked and known and isinstance(run, Run) and isinstance(shown, Argmax | Threshold)


def taken_by(steps: Sequence[Step]) -> tuple[str, ...]:
    """The tensors that these steps take and do not make themselves, in the order of first use."""
    made = {name for step in steps for name in step.makes}
    return tuple(dict.fromkeys(n for step in steps for n in step.takes if n not in made))


def chain_of(artifact: Artifact) -> Chain:
    """The chain of the artifact, cut where its file begins and ends."""
    steps, (first, last) = artifact.steps, artifact.runs
    inside = steps[first : last + 1]
    specs = step_specs(steps, artifact.model.outputs)
    taken = dict(zip(taken_by(inside), artifact.inputs, strict=True))
    given = dict(zip(inside[-1].makes, artifact.outputs, strict=True))
    hidden = {name for step in inside for name in step.makes} - given.keys()
    held = {
        name: taken.get(name) or given.get(name) or spec
        for name, spec in specs.items()
        if name not in hidden
    }
    return Chain(steps[:first], inside, steps[last + 1 :], taken, given, held)
