"""`seeded:N`: random weights, always equal to the bit on every machine."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

SMALL_GAMMA = 0.2
"""γ if a branch must not dominate: for the batch norm that is added to a skip connection, so that a
deep sum does not amplify rounding (Goyal et al. 2017, arXiv:1706.02677, section 5.1, has 0; not 0
here, so that the branch counts), and for one after global pooling, whose statistics are from few
images."""


def fill(model: nn.Module, seed: int) -> None:
    """Set every parameter and every batch norm's buffers, bit-identically on every machine.

    Weights of two dimensions or more are uniform in ±sqrt(6 / fan_in), where fan_in is
    `weight[0].numel()` (He et al. 2015, arXiv:1502.01852, equation 10); other weights are 1 and
    biases 0. Batch norms have γ = β = 1, with β = 1 so that most ReLUs stay open; but β = 0 if no
    activation follows, and γ = SMALL_GAMMA as described there. Other buffers are constants of the
    architecture and stay. A tensor depends only on `seed`, its name and its shape.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.zero_()
            elif parameter.ndim > 1:
                uniform = _uniform(name, parameter.numel(), seed)
                bound = np.float32(math.sqrt(6 / parameter[0].numel()))
                parameter.copy_(torch.from_numpy(uniform * bound).view_as(parameter))
            else:
                parameter.fill_(1)
        special = _special_norms(model)
        for norm in norms(model).values():
            norm.reset_running_stats()
            gamma, beta = special.get(norm, (1.0, 1.0))
            if norm.affine:
                norm.weight.fill_(gamma)
                norm.bias.fill_(beta)


def norms(model: nn.Module) -> dict[str, _BatchNorm]:
    """The batch norms that keep statistics, by name."""
    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, _BatchNorm) and module.track_running_stats
    }


def _uniform(name: str, count: int, seed: int) -> npt.NDArray[np.float32]:
    """`count` values in (-1, 1): odd multiples of 2⁻²⁴, from the raw stream's top 24 bits.

    NumPy keeps the streams of PCG64 and SeedSequence stable (NEP 19), but not its distributions.
    """
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
    bits = np.random.PCG64([seed, digest]).random_raw(count) >> np.uint64(40)
    return (2 * bits.astype(np.int32) + (1 - 2**24)).astype(np.float32) * np.float32(2**-24)


def _special_norms(model: nn.Module) -> dict[nn.Module, tuple[float, float]]:
    """γ and β of the batch norms for which `fill` does not use 1 and 1.

    Blocks are recognised by torchvision's attributes: `downsample` (ResNet: the last `bn<i>` is
    added to the skip connection, which has its own), `use_res_connect` (MobileNet: the last one is
    the projection's), or global pooling in a Sequential (ASPP).
    """
    special: dict[nn.Module, tuple[float, float]] = {}
    for block in model.modules():
        own = [module for module in block.children() if isinstance(module, _BatchNorm)]
        if hasattr(block, "downsample"):
            special.update(dict.fromkeys(own[-1:], (SMALL_GAMMA, 0.0)))
            if isinstance(block.downsample, nn.Module):
                special.update(dict.fromkeys(norms(block.downsample).values(), (1.0, 0.0)))
        elif hasattr(block, "use_res_connect"):
            gamma = SMALL_GAMMA if block.use_res_connect else 1.0
            special.update(dict.fromkeys([*norms(block).values()][-1:], (gamma, 0.0)))
        elif isinstance(block, nn.Sequential) and any(
            isinstance(module, nn.AdaptiveAvgPool2d) for module in block
        ):
            special.update(dict.fromkeys(own, (SMALL_GAMMA, 1.0)))
    return special
