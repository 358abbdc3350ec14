"""DLRM-like: dense floats, ids and offsets of bags, one click probability."""

import numpy as np
import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class DLRM(nn.Module):
    def __init__(self):
        super().__init__()
        self.bottom = nn.Sequential(nn.Linear(13, 64), nn.ReLU(), nn.Linear(64, 16))
        self.tables = nn.ModuleList(nn.EmbeddingBag(1000, 16, mode="sum") for _ in range(3))
        self.top = nn.Sequential(nn.Linear(16 + 6, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, dense, ids0, ids1, ids2, offsets):
        x = self.bottom(dense)
        ids = (ids0, ids1, ids2)
        bags = [table(one, offsets) for table, one in zip(self.tables, ids, strict=True)]
        t = torch.stack([x, *bags], 1)
        inter = torch.bmm(t, t.transpose(1, 2))
        i, j = torch.tril_indices(4, 4, -1)
        return self.top(torch.cat((x, inter[:, i, j]), 1)).sigmoid()


def case(seed):
    rng = np.random.default_rng(seed)
    out = {"dense": rng.normal(size=(4, 13)).astype(np.float32)}
    out |= {f"ids{k}": rng.integers(0, 1000, 12) for k in range(3)}
    return out | {"offsets": np.array([0, 2, 5, 9])}


def recipe(options: RecipeOptions) -> Recipe:
    ids = tuple(TensorSpec(f"ids{k}", (12,), "int64") for k in range(3))
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("dense", (4, 13)), *ids, TensorSpec("offsets", (4,), "int64")),
            outputs=(TensorSpec("click", (4, 1)),),
        ),
        build=DLRM,
        inputs={f"user{i}": case(i) for i in range(3)},
    )
