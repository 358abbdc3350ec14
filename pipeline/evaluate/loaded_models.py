"""The float reference and the artifacts, loaded once, on one thread each, to run photo by photo."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import numpy as np
import torch

from onpar.parity.contract.chain import before_run, chain_of, drawn_by, perform
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, ModelSpec, RecipeOptions
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.evaluation.record import Output
from onpar.parity.image.decode import decode
from onpar.parity.image.fit import fit
from onpar.parity.image.mask import fit_mask, read_mask
from onpar.parity.image.resize import U8
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes.recipe import photo
from onpar.pipeline.targets import TARGETS
from onpar.pipeline.targets.target import Loaded, Tensors
from onpar.pipeline.weights.load_module import load_module


@dataclass(frozen=True)
class Photo:
    """A photo fitted to the model, u8 [h, w, 3], its mask likewise, u8 [h, w] or None, and the
    SHA-256 of both files (empty without a mask)."""

    name: str
    sha256: str
    pixels: U8
    truth: U8 | None = None
    mask_sha256: str = ""


def read_photo(path: Path, mask: Path | None, model: ModelSpec) -> Photo:
    """Decode a photo, and its mask if there is one, and fit them to the model.

    Raises ImageError; OnparError if a file cannot be read.
    """
    drawn = drawn_by(model)
    assert drawn is not None
    [to] = [step for step in model.steps if isinstance(step, ResizeImage)]
    data = photo(path)
    decoded = decode(data, str(path))
    shown = Photo(path.name, hashlib.sha256(data).hexdigest(), fit(decoded, to))
    if mask is None:
        return shown
    data = photo(mask)
    size = (decoded.shape[0], decoded.shape[1])
    truth = fit_mask(read_mask(data, str(mask), size, len(drawn.classes)), to)
    return replace(shown, truth=truth, mask_sha256=hashlib.sha256(data).hexdigest())


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
    def classes(self) -> int:
        """How many classes the model has."""
        drawn = drawn_by(self.model)
        assert drawn is not None
        return len(drawn.classes)

    def reference(self, pixels: U8) -> Output:
        """The output of the reference for a fitted photo."""
        prepared = before_run(self.model)
        specs = {spec.name: spec for spec in self.model.inputs}
        return self._run(self._reference, pixels, prepared, specs, self.model.outputs)

    def artifact(self, sha256: str, pixels: U8) -> Output:
        """The output of the artifact for a fitted photo."""
        artifact, loaded = self.artifacts[sha256]
        chain = chain_of(artifact)
        given = tuple(chain.given.values())
        return self._run(loaded.run, pixels, chain.before, chain.taken, given)

    def _run(
        self,
        run: Callable[[Tensors], Tensors],
        pixels: U8,
        before: Sequence[Step],
        taken: Mapping[str, TensorSpec],
        given: Sequence[TensorSpec],
    ) -> Output:
        """Run a file, or the reference, which takes and gives these tensors of the chain."""
        [resized] = [step for step in self.model.steps if isinstance(step, ResizeImage)]
        after_it = before[before.index(resized) + 1 :]
        made = perform(after_it, dict.fromkeys(resized.makes, pixels), {})
        started = time.perf_counter()
        outputs = run({spec.name: made[name] for name, spec in taken.items()})
        milliseconds = round((time.perf_counter() - started) * 1e3, 3)
        drawn = drawn_by(self.model)
        assert drawn is not None
        [scores] = drawn.takes
        if scores in outputs:
            [classes] = drawn.compute([outputs[scores]])
            return Output(classes, outputs[scores], milliseconds)
        return Output(np.asarray(outputs[given[0].name], np.uint8), None, milliseconds)
