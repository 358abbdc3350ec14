"""Eager PyTorch in float32: the recipe's module with the weights of a `safetensors` artifact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_state

from parity.spec import Artifact
from pipeline.build_module import build_module
from pipeline.recipes import load_recipe
from pipeline.run_module import run_module
from pipeline.state_dict import fit_state
from pipeline.targets import Loaded, Tensors


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Build the recipe's module and give it the weights."""
    torch.set_num_threads(threads)
    recipe = load_recipe(artifact.options)
    module = build_module(recipe)
    fit_state(module, recipe, load_state(content), artifact.file)

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        return run_module(module, inputs, artifact.model.outputs)

    return Loaded(run, "pytorch-eager", torch.__version__)
