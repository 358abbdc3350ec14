"""Transformers whose masks torch.export does not convert without PyTorch's decompositions: they
convert with them, and evaluate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from onpar.exporters import Source, coreml
from onpar.exporters.checked import Checked
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.export.conversion_check import check

transformers = pytest.importorskip("transformers")

IDS = np.arange(1, 9, dtype=np.int64)[None]
MASK = np.array([[1, 1, 1, 1, 1, 1, 0, 0]])
PIXELS = np.random.default_rng(0).standard_normal((1, 3, 16, 16)).astype(np.float32)

SIZES: dict[str, Any] = {
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}
TEXT = {**SIZES, "vocab_size": 20, "max_position_embeddings": 16}
PATCHES = {**SIZES, "image_size": 16, "patch_size": 8}


class Named(nn.Module):
    """A model whose outputs are a tuple."""

    def __init__(self, model: nn.Module, outputs: tuple[str, ...]) -> None:
        super().__init__()
        self.model, self.outputs = model, outputs

    def forward(self, input_ids: Tensor, attention_mask: Tensor, *rest: Tensor) -> Any:
        pixels = {"pixel_values": rest[0]} if rest else {}
        found = self.model(input_ids=input_ids, attention_mask=attention_mask, **pixels)
        return tuple(found[name] for name in self.outputs)


def bert() -> Named:
    return Named(transformers.BertModel(transformers.BertConfig(**TEXT)), ("last_hidden_state",))


def distilbert() -> Named:
    config = transformers.DistilBertConfig(
        vocab_size=20, dim=8, n_layers=1, n_heads=2, hidden_dim=16, max_position_embeddings=16
    )
    return Named(transformers.DistilBertModel(config), ("last_hidden_state",))


def clip() -> Named:
    ends = {"eos_token_id": 8, "bos_token_id": 1, "pad_token_id": 0}
    config = transformers.CLIPConfig(
        text_config={**TEXT, **ends, "projection_dim": 4},
        vision_config={**PATCHES, "projection_dim": 4},
        projection_dim=4,
    )
    return Named(transformers.CLIPModel(config), ("logits_per_image", "text_embeds"))


def flava() -> Named:
    config = transformers.FlavaConfig(
        text_config=TEXT, image_config=PATCHES, multimodal_config=SIZES, hidden_size=8
    )
    return Named(transformers.FlavaModel(config), ("text_embeddings", "multimodal_embeddings"))


SLOW = pytest.mark.slow
MODELS = [bert, *(pytest.param(one, marks=SLOW) for one in (distilbert, clip, flava))]


@pytest.mark.parametrize("build", MODELS, ids=lambda one: one.__name__)
def test_its_conversion_is_right(build: Callable[[], Named], tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = build().eval().requires_grad_(False)
    sample = {"input_ids": IDS, "attention_mask": MASK}
    if build in (clip, flava):
        sample["pixel_values"] = PIXELS
    made = module(*(torch.from_numpy(value) for value in sample.values()))
    model = ModelSpec(
        build.__name__,
        tuple(TensorSpec(n, v.shape, v.dtype.name) for n, v in sample.items()),
        tuple(TensorSpec(n, tuple(v.shape)) for n, v in zip(module.outputs, made, strict=True)),
    )
    source = Source(module, None, model, "fp32", "tensor", lambda: iter([sample]))
    seen: list[Checked] = []

    def checked(*given: Any) -> Checked:
        seen.append(check(source, Path(__file__), *given))
        return seen[-1]

    coreml.export(replace(source, check=checked), tmp_path / "m.mlpackage")
    assert seen[-1].right and len(seen) == 1
