"""A case's own arrays are judged exactly, and a capture names no source that its case lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from in_process import Judged, judged
from torch import nn

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.judge import judge
from onpar.parity.judge.status import Status
from onpar.pipeline.recipes.recipe import Recipe

LARGE = 2**60


class Hash(nn.Module):
    """Scores [1, 4] of the remainders of ids [1, 6]."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.table, self.linear = nn.Embedding(97, 8), nn.Linear(8, 4)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return torch.as_tensor(self.linear(self.table(ids.remainder(97)).mean(1)))


@pytest.fixture(scope="module")
def hashed(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    ids = {name: LARGE + np.arange(6).reshape(1, 6) * step for name, step in (("a", 3), ("b", 5))}
    model = ModelSpec(
        "hash", (TensorSpec("ids", (1, 6), "int64"),), (TensorSpec("scores", (1, 4)),)
    )
    inputs = {name: {"ids": value} for name, value in ids.items()}
    recipe = Recipe(RecipeOptions("hash"), model, Hash, photos=(), inputs=inputs)
    return judged(recipe, tmp_path_factory.mktemp("hash"))


def right(one: Judged) -> Capture:
    tensors = one.goldens[0].capture.tensors
    return one.capture(one.goldens[0], lambda _: {"scores": tensors["scores"]})


def test_integers_that_float64_cannot_tell_apart_differ(hashed: Judged) -> None:
    """2^60 + 1 is 2^60 in float64, as an app that keeps ids as doubles has it."""
    capture = right(hashed)
    ids = capture.tensors["ids"].astype(np.float64).astype(np.int64)
    changed = replace(capture, tensors={**capture.tensors, "ids": ids})
    assert np.array_equal(ids.astype(np.float64), capture.tensors["ids"].astype(np.float64))

    golden = hashed.goldens[0]
    assert hashed.judged(capture, golden).status is Status.PASS
    # What the reference makes of the capture's own ids is not the claim here.
    scores = {"scores": golden.capture.tensors["scores"]}
    found = judge(changed, hashed.artifact, golden, lambda _: scores)
    assert found.status is Status.VALUE and found.blame is not None
    assert found.blame.stage == "given"
    assert "by up to 15 where 0 is allowed" in found.sentence
    assert f"got {LARGE}, expected {LARGE + 15}" in found.sentence


def test_a_capture_of_more_sources_than_its_case_has_is_of_another_case(hashed: Judged) -> None:
    capture = right(hashed)
    sources = dict(capture.info.sources) | {"mask": "0" * 64}
    more = replace(capture, info=replace(capture.info, sources=sources))
    found = hashed.judged(more, hashed.goldens[0])
    assert found.status is Status.WRONG_CASE
    assert "mask of a: the case has no such source, it has ids" in found.sentence
