"""XNNPACK's patterns are traced only where they can be found, and the files are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from executorch.backends.xnnpack.partition.graphs import bilinear_2d, sdpa
from programs import Delegable, source
from torch import Tensor, nn
from torch.export import ExportedProgram

from onpar.exporters import pte
from onpar.exporters.lowering.xnnpack_patterns import SOFTMAX, patterns_for


class Resized(Delegable):
    """With a bilinear resize."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.interpolate(super().forward(x), size=(20, 20), mode="bilinear")


class Attends(Delegable):
    """With attention that has a mask, as the pattern of it has."""

    def forward(self, x: Tensor) -> Tensor:
        q = super().forward(x).flatten(2)[None]
        mask = torch.zeros(8, 8)
        return nn.functional.scaled_dot_product_attention(q, q, q, attn_mask=mask)[0]


@contextmanager
def as_it_is(program: ExportedProgram) -> Iterator[None]:
    yield


@pytest.mark.slow
@pytest.mark.parametrize("module", [Resized, Attends])
def test_the_file_is_that_of_all_patterns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: type[nn.Module]
) -> None:
    of = source(module())
    names = pte.export(of, tmp_path / "ours.pte")
    monkeypatch.setattr(pte, "patterns_for", as_it_is)
    assert pte.export(of, tmp_path / "theirs.pte") == names
    assert (tmp_path / "ours.pte").read_bytes() == (tmp_path / "theirs.pte").read_bytes()


def test_every_pattern_of_a_bilinear_resize_is_the_operator_itself() -> None:
    """Where it is not any more, the pass does something, and needs its patterns."""
    for graph in bilinear_2d.get_graphs():
        [name] = {str(one.target) for one in graph.graph.nodes if one.op == "call_function"}
        assert "aten.upsample_bilinear2d.vec" in name


def test_attention_has_its_patterns_and_what_has_no_softmax_has_none() -> None:
    example = (torch.zeros(1, 3, 16, 16),)
    attends, resized = (torch.export.export(m().eval(), example) for m in (Attends, Resized))
    assert {one.target for one in attends.graph.nodes} & SOFTMAX
    own = sdpa.get_graphs
    with patterns_for(attends):
        assert sdpa.get_graphs is own
    with patterns_for(resized):
        assert (sdpa.get_graphs(), bilinear_2d.get_graphs_dict()) == ([], {})
    assert sdpa.get_graphs is own
