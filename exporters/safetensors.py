"""The weights alone, as safetensors: what eager PyTorch and every other exporter load."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save

from onpar.exporters import Source
from onpar.exporters.program import Written


def export(source: Source, path: Path) -> Written:
    """Write every parameter and floating-point buffer by name, f32 or f16. There are no operators.

    Each name of a shared tensor (tied weights) gets its own copy, as the format requires.
    """
    assert source.module is not None
    dtype = torch.float16 if source.precision == "fp16" else torch.float32
    state, storages = {}, set()
    for name, value in source.module.state_dict().items():
        if value.is_floating_point():
            state[name] = value.to(dtype).contiguous()
            if state[name].untyped_storage().data_ptr() in storages:
                state[name] = state[name].clone()
            storages.add(state[name].untyped_storage().data_ptr())
    path.write_bytes(save(state))
    return Written(())
