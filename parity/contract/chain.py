"""A model's chain of steps, and which part of it an exported file performs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onpar.parity.contract.spec import Artifact, ModelSpec, TensorSpec
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.given import Given
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.step import Probe, Step, Tensor

PHOTO = "photo"
"""The name of the photo among a case's sources."""

DECODED = "decoded"
"""The name of the photo's pixels."""


def steps_of(model: ModelSpec) -> tuple[Step, ...]:
    """The chain, in order. Its tensors have the names that captures give them."""
    prep, drawn = model.prep, model.classmap
    found: list[Step] = []
    if prep:
        found.append(DecodeImage((PHOTO,), (DECODED,)))
        size = (prep.height, prep.width, prep.fit, prep.pad)
        found.append(ResizeImage((DECODED,), ("resized",), *size))
    inputs = {spec.name: f"input/{spec.name}" for spec in model.inputs}
    for spec in model.inputs:
        if prep is None or spec.name != prep.input:
            found.append(Given((spec.name,), (inputs[spec.name],), spec.shape, spec.dtype))
    if prep:
        found.append(Normalize(("resized",), (inputs[prep.input],), prep.mean, prep.std))
    outputs = tuple(f"output/{spec.name}" for spec in model.outputs)
    found.append(Run(tuple(inputs.values()), outputs))
    if drawn:
        scores = (f"output/{drawn.output}",)
        found.append(Argmax(scores, ("classmap",), drawn.classes, drawn.palette))
    return tuple(found)


def before_run(model: ModelSpec) -> tuple[Step, ...]:
    """The steps that make the network's inputs."""
    steps = steps_of(model)
    return steps[: [isinstance(step, Run) for step in steps].index(True)]


def after_run(model: ModelSpec) -> tuple[Step, ...]:
    """The steps that take the network's outputs."""
    return steps_of(model)[len(before_run(model)) + 1 :]


def given_arrays(model: ModelSpec, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those of the tensors that are arrays of the case, by the name of the source."""
    return {
        step.takes[0]: tensors[step.makes[0]]
        for step in steps_of(model)
        if isinstance(step, Given) and step.makes[0] in tensors
    }


def only_image(model: ModelSpec) -> str | None:
    """The name of a case's source, if there is only one and it is an image."""
    steps = [step for step in steps_of(model) if step.takes_source]
    sources = {(name, isinstance(step, DecodeImage)) for step in steps for name in step.takes}
    [(name, image), *others] = sources
    return name if image and not others else None


def plain(name: str) -> str:
    """The name of an input or an output in the model's spec, by its name in the chain."""
    return name.rpartition("/")[2]


def tensor_specs(model: ModelSpec) -> dict[str, TensorSpec]:
    """Shape and dtype of every tensor of the chain by its name, in order."""
    specs: dict[str, TensorSpec] = {}
    outputs = {f"output/{spec.name}": spec for spec in model.outputs}
    for step in steps_of(model):
        if isinstance(step, Run):
            made = {name: outputs[name] for name in step.makes}
        else:
            given = [] if step.takes_source else [specs[name] for name in step.takes]
            made = {spec.name: spec for spec in step.specs(given)}
        specs |= made
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
    """The steps of an artifact's model: `before` its file, `inside`, and `after`.

    `taken` and `given` are shape and dtype of what the file takes and gives, by the tensor's name
    in the chain; `specs` those of every tensor that a capture holds.
    """

    before: tuple[Step, ...]
    inside: tuple[Step, ...]
    after: tuple[Step, ...]
    taken: Mapping[str, TensorSpec]
    given: Mapping[str, TensorSpec]
    specs: Mapping[str, TensorSpec]

    @property
    def prepares(self) -> tuple[Step, ...]:
        """The steps inside the file before the network."""
        return self.inside[: self._run]

    @property
    def run(self) -> Run:
        """The network."""
        run = self.inside[self._run]
        assert isinstance(run, Run)
        return run

    @property
    def follows(self) -> tuple[Step, ...]:
        """The steps inside the file after the network."""
        return self.inside[self._run + 1 :]

    @property
    def _run(self) -> int:
        return next(i for i, step in enumerate(self.inside) if isinstance(step, Run))

    def probes(self) -> dict[str, tuple[Step, Probe]]:
        """The tests of the app's own steps, by the name that their results have in a capture."""
        found = {}
        for step in self.after:
            probe = step.probe([self.specs[name] for name in step.takes])
            if probe:
                [made] = step.makes
                found[f"probe/{made}"] = (step, probe)
        return found


INSIDE: Mapping[str, tuple[type[Step], ...]] = {
    "tensor": (Run,),
    "image": (Normalize, Run, Argmax),
}
"""The kinds of steps that a file of each io performs."""


def chain_of(artifact: Artifact) -> Chain:
    """The chain of the artifact's model, cut where its file begins and ends."""
    steps, specs = steps_of(artifact.model), tensor_specs(artifact.model)
    inside = [step for step in steps if isinstance(step, INSIDE[artifact.io])]
    first, last = steps.index(inside[0]), steps.index(inside[-1])
    made = {name for step in inside for name in step.makes}
    taken = [name for step in inside for name in step.takes if name not in made]
    given = list(inside[-1].makes)
    file = dict(zip((*taken, *given), (*artifact.inputs, *artifact.outputs), strict=True))
    held = {
        name: file.get(name, spec)
        for name, spec in specs.items()
        if name in file or name not in made
    }
    return Chain(
        steps[:first],
        tuple(inside),
        steps[last + 1 :],
        {name: held[name] for name in taken},
        {name: held[name] for name in given},
        held,
    )
