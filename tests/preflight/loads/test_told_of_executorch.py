"""What preflight says of ExecuTorch is what ExecuTorch does."""

from __future__ import annotations

import struct
from importlib.metadata import version
from pathlib import Path

import pytest
import torch
from refusing import refused
from torch import Tensor, nn

from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Preflight

HERE = f"executorch@{version('executorch')}"


class Model(nn.Module):
    def __init__(self, sorts: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.sorts = sorts

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x).relu()
        return torch.sort(y, dim=1).values if self.sorts else torch.cumsum(y, 1)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Portable and delegated, and one with an operator that no kernel library has."""
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    folder = tmp_path_factory.mktemp("programs")
    kinds = {"portable": (False, []), "xnnpack": (False, [XnnpackPartitioner()])}
    kinds["sorts"] = (True, [])
    made = {}
    for name, (sorts, partitioners) in kinds.items():
        exported = torch.export.export(Model(sorts).eval(), (torch.rand(1, 3, 8, 6),))
        lowered = to_edge_transform_and_lower(exported, partitioner=partitioners)
        made[name] = folder / f"{name}.pte"
        made[name].write_bytes(lowered.to_executorch().buffer)
    return made


def told(path: Path, runtime: str = HERE) -> Preflight:
    return judged(path.name, read(path), chosen([runtime])[0])


def runs(path: Path) -> str:
    """Why the runtime of this environment cannot load its method; empty where it can."""
    from executorch.runtime import Runtime

    try:
        Runtime.get().load_program(path).load_method("forward")
    except RuntimeError as error:
        return str(error)
    return ""


def test_what_is_told_of_a_program_is_what_executorch_does(programs: dict[str, Path]) -> None:
    for name, path in programs.items():
        assert told(path).loads is (runs(path) == ""), name
    assert [told(path).loads for path in programs.values()] == [True, True, False]


def test_operators_and_delegates_are_read(programs: dict[str, Path]) -> None:
    portable, delegated = read(programs["portable"]), read(programs["xnnpack"])
    names = {use.operator for use in portable.uses}
    assert names == {"aten::convolution.out", "aten::relu.out", "aten::cumsum.out"}
    assert {use.operator for use in delegated.uses} == {"aten::cumsum.out"}
    assert (portable.delegates, delegated.delegates) == ({}, {"XnnpackBackend": 1})


def test_an_operator_without_a_kernel_is_named(programs: dict[str, Path]) -> None:
    [reason] = told(programs["sorts"], "executorch-android@1.5.1").reasons
    assert reason.operator == "aten::sort.values"
    assert "no published executorch-android" in reason.what


def test_a_delegate_that_is_not_linked_in_is_named(
    programs: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "model.pte"
    path.write_bytes(programs["xnnpack"].read_bytes().replace(b"XnnpackBackend", b"XnnpackBackenb"))
    [reason] = told(path, "executorch-android@1.5.1").reasons
    assert "1 of its parts needs XnnpackBackenb" in reason.what
    assert "it has XnnpackBackend" in reason.what
    assert runs(path)


def test_another_identifier_is_named(programs: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "model.pte"
    content = bytearray(programs["portable"].read_bytes())
    content[4:8] = struct.pack("4s", b"ET13")
    path.write_bytes(content)
    assert "its identifier is ET13" in told(path).reasons[0].what
    assert runs(path)


@pytest.mark.parametrize("name", ["portable", "xnnpack"])
@pytest.mark.parametrize("cut", [1, 1000])
def test_a_program_that_is_cut_off_is_refused_as_executorch_does(
    programs: dict[str, Path], tmp_path: Path, name: str, cut: int
) -> None:
    path = tmp_path / "model.pte"
    content = programs[name].read_bytes()
    # What is read of it lies in its first part, its weights in the last.
    path.write_bytes(content[:-cut])
    assert f"it has {len(content) - cut:,} bytes, and by its header" in refused(path)
    assert "0x:23" in runs(path)
