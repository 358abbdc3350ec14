"""torchvision's vision transformer with its attention written out.

`nn.MultiheadAttention` becomes `aten::scaled_dot_product_attention`, which PyTorch has since 2.0:
the libraries of PyTorch's apps (LibTorch-Lite and PyTorch Android, 1.13) do not load it.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional
from torchvision.models import VisionTransformer
from torchvision.models.vision_transformer import EncoderBlock


class SelfAttention(nn.Module):
    """The attention of f32 [batch, length, width] to itself: softmax(q·kᵀ / √(width / heads))·v of
    each head, Vaswani et al. 2017 (arXiv:1706.03762), section 3.2. It has the weights of an
    `nn.MultiheadAttention`, by the same names."""

    def __init__(self, of: nn.MultiheadAttention) -> None:
        super().__init__()
        self.heads = of.num_heads
        self.in_proj_weight, self.in_proj_bias = of.in_proj_weight, of.in_proj_bias
        self.out_proj = of.out_proj

    def forward(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, need_weights: bool
    ) -> tuple[torch.Tensor, None]:
        """As `EncoderBlock` calls it: the three are one tensor, and no weights are wanted."""
        batch, length, width = query.shape
        each = width // self.heads
        projected = functional.linear(query, self.in_proj_weight, self.in_proj_bias)
        apart = projected.view(batch, length, 3, self.heads, each).permute(2, 0, 3, 1, 4)
        q, k, v = apart.unbind()
        weights = torch.softmax((q * each**-0.5) @ k.transpose(-2, -1), -1)
        attended = (weights @ v).transpose(1, 2).reshape(batch, length, width)
        return self.out_proj(attended), None


def vision_transformer(
    side: int, patch: int, layers: int, heads: int, hidden: int, mlp: int
) -> nn.Module:
    """torchvision's module with these constants; its initial values and the names of its weights
    are torchvision's."""
    model: nn.Module = VisionTransformer(side, patch, layers, heads, hidden, mlp)
    for block in model.modules():
        if isinstance(block, EncoderBlock):
            block.self_attention = SelfAttention(block.self_attention)
    return model
