"""Eager PyTorch: the recipe's module with the weights of a `safetensors` artifact.

Of float16 weights it computes what half precision costs: in float32, with the result of every
operator rounded to float16. Kernels of float16 itself are 30 times slower on a CPU without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_state
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

from parity.spec import Artifact
from pipeline.recipes import load_recipe
from pipeline.reference import with_weights
from pipeline.run_module import run_module
from pipeline.targets import Loaded, Tensors


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Build the recipe's module and give it the weights."""
    torch.set_num_threads(threads)
    recipe = load_recipe(artifact.options)
    module = with_weights(recipe, load_state(content), artifact.file)
    rounding = _Rounding if artifact.precision == "fp16" else nullcontext

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        with rounding():
            return run_module(module, inputs, artifact.model.outputs)

    return Loaded(run, "pytorch-eager", torch.__version__)


class _Rounding(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Rounds what every operator returns to float16; beyond 65,504 that is infinite."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        return tree_map(self._rounded, result)

    def _rounded(self, value: Any) -> Any:
        if not (isinstance(value, torch.Tensor) and value.dtype == torch.float32):
            return value
        return value.half().float()
