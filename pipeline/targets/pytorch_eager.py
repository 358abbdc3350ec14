"""Eager PyTorch: the recipe's module with the weights of a `safetensors` artifact.

With float16 weights it shows the cost of half precision: it computes in float32 and rounds every
operator's result to float16. Real float16 kernels are 30 times slower on a CPU that does not
support float16.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_state

from onpar.parity.contract.spec import Artifact
from onpar.pipeline.module.half import Rounding
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets.target import Loaded, Tensors
from onpar.pipeline.weights.load_module import with_weights


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Build the recipe's module and give it the weights."""
    torch.set_num_threads(threads)
    recipe = load_recipe(artifact.options)
    module = with_weights(recipe, load_state(content), artifact.file)
    rounding = Rounding if artifact.precision == "fp16" else nullcontext

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        with rounding():
            return run_module(module, inputs, artifact.model.outputs)

    return Loaded(run, "pytorch-eager", torch.__version__)
