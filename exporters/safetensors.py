"""The weights alone, as float32 safetensors: what eager PyTorch and every other exporter load."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import save

from exporters import Source


def export(source: Source, path: Path) -> tuple[str, ...]:
    """Write every parameter and floating-point buffer f32, by its name. No operators.

    Names of one tensor (tied weights) each get their own copy, as the format wants.
    """
    assert source.module is not None
    state, storages = {}, set()
    for name, value in source.module.state_dict().items():
        if value.is_floating_point():
            state[name] = value.float().contiguous()
            if state[name].untyped_storage().data_ptr() in storages:
                state[name] = state[name].clone()
            storages.add(state[name].untyped_storage().data_ptr())
    path.write_bytes(save(state))
    return ()
