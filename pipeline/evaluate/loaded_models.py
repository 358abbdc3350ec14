"""The float reference and the artifacts, loaded once, on one thread each, to run photo by photo."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import torch

from onpar.parity.contract.chain import (
    after_run,
    before_run,
    chain_of,
    only_image,
    output_behind,
    perform,
    tensor_specs,
)
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, ModelSpec, RecipeOptions
from onpar.parity.contract.steps.decode_image import ImageFile
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.evaluation.tasks.output import Output, Truth
from onpar.parity.image.resize import U8
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.capture.output_check import check_outputs
from onpar.pipeline.evaluate.pictures import Picture
from onpar.pipeline.evaluate.true_masks import read_truth
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes.recipe import photo
from onpar.pipeline.targets import TARGETS
from onpar.pipeline.targets.file_dtype import in_file_dtype
from onpar.pipeline.targets.target import Loaded, Tensors
from onpar.pipeline.weights.load_module import load_module


@dataclass(frozen=True)
class Photo:
    """A photo: the tensors that the steps before the network made, by name; its pixels as the model
    gets them, u8 [h, w, 3]; its truth, and what identifies its record."""

    tensors: Mapping[str, Tensor]
    pixels: U8
    truth: Truth
    identity: tuple[str, str, str]


def read_photo(picture: Picture, model: ModelSpec) -> Photo:
    """Perform the steps before the network on a photo, and read its mask if there is one.

    Raises ImageError; OnparError if a file cannot be read.
    """
    source = only_image(model)
    assert source is not None
    data = photo(picture.path)
    tensors = perform(before_run(model), {}, {source: ImageFile(str(picture.path), data)})
    truth: Truth = picture.label
    known = "" if picture.label is None else str(picture.label)
    if picture.mask is not None:
        content = photo(picture.mask)
        known = hashlib.sha256(content).hexdigest()
        truth = read_truth(content, str(picture.mask), model, tensors)
    identity = (picture.name, hashlib.sha256(data).hexdigest(), known)
    return Photo(tensors, _shown(model, tensors), truth, identity)


def _shown(model: ModelSpec, tensors: Mapping[str, Tensor]) -> U8:
    """The last picture that the steps make before the network's input."""
    made = [name for step in before_run(model) for name in step.makes]
    pictures = [name for name in made if tensors[name].dtype == "uint8" and tensors[name].ndim == 3]
    return tensors[pictures[-1]]


class Models:
    """The reference, eager PyTorch in float32, and the artifacts by their SHA-256."""

    def __init__(
        self, weights: Path, options: RecipeOptions, artifacts: Sequence[tuple[Path, str]]
    ):
        torch.set_num_threads(1)
        recipe, module = load_module(options, weights)
        self.model = recipe.model
        self.artifacts: dict[str, tuple[Artifact, Loaded]] = {}
        for path, target in artifacts:
            artifact = read_sidecar(sidecar_path(path))
            loaded = import_module(TARGETS[target].module).load(read_content(path), artifact, 1)
            self.artifacts[artifact.sha256] = artifact, loaded
        self._reference: Callable[[Tensors], Tensors] = lambda inputs: run_module(
            module, inputs, recipe.model.outputs
        )

    @property
    def last(self) -> Step:
        """The last step of the chain."""
        return self.model.steps[-1]

    def reference(self, given: Photo) -> Output:
        """What the reference makes of a photo."""
        taken = {spec.name: spec for spec in self.model.inputs}
        outputs = {spec.name: spec for spec in self.model.outputs}
        return self._run(self._reference, given.tensors, taken, outputs, after_run(self.model))

    def artifact(self, sha256: str, given: Photo) -> Output:
        """What the artifact makes of a photo. Raises OnparError for outputs that its sidecar does
        not have."""
        artifact, loaded = self.artifacts[sha256]
        chain = chain_of(artifact)
        tensors = perform(chain.before, given.tensors, {})

        def run(inputs: Tensors) -> Tensors:
            outputs = loaded.run(inputs)
            check_outputs(artifact, outputs)
            return outputs

        return self._run(run, tensors, chain.taken, chain.given, chain.after)

    def _run(
        self,
        run: Callable[[Tensors], Tensors],
        tensors: Mapping[str, Tensor],
        taken: Mapping[str, TensorSpec],
        given: Mapping[str, TensorSpec],
        after: Sequence[Step],
    ) -> Output:
        """Run a file, or the reference, which takes and gives these tensors of the chain."""
        inputs = {spec.name: in_file_dtype(tensors[name], spec) for name, spec in taken.items()}
        started = time.perf_counter()
        outputs = run(inputs)
        milliseconds = round((time.perf_counter() - started) * 1e3, 3)
        made = perform(after, {name: outputs[spec.name] for name, spec in given.items()}, {})
        last, specs = self.last, tensor_specs(self.model)
        # A format without u8 gives a class map of another integer type.
        shown = tuple(made[name].astype(specs[name].dtype, copy=False) for name in last.makes)
        scores = output_behind(self.model, last.takes[0])
        return Output(shown, made.get(last.takes[0]), made.get(scores), milliseconds)
