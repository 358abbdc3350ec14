"""The weights alone, as float32 safetensors: what eager PyTorch and every other exporter load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from safetensors.torch import save
from torch import Tensor, nn

from parity.spec import TensorSpec


def export(
    module: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[TensorSpec], path: Path
) -> tuple[str, ...]:
    """Write every parameter and floating-point buffer f32, by its name. No operators."""
    state = {
        k: v.float().contiguous() for k, v in module.state_dict().items() if v.is_floating_point()
    }
    path.write_bytes(save(state))
    return ()
