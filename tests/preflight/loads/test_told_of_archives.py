"""What TorchScript's archives hold besides operators, told as libtorch 1.13.1 loads it."""

from __future__ import annotations

import enum
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from libtorch_load import Load
from refusing import refused
from torch import Tensor, nn
from torch_scripts import saved

from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Preflight

pytestmark = pytest.mark.filterwarnings("ignore")

UNRESERVED = ("async", "await", "except", "finally", "from", "lambda", "nonlocal", "try", "yield")


class Colour(enum.Enum):
    RED = 1


class Holds(nn.Module):
    """A module with a buffer."""

    def __init__(self, buffer: Tensor) -> None:
        super().__init__()
        self.register_buffer("b", buffer)
        self.b: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return x + self.b.numel()


class Named(nn.Module):
    """A module with a part of that name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.parts = nn.ModuleDict({name: nn.ReLU()})

    def forward(self, x: Tensor) -> Tensor:
        for part in self.parts.values():
            x = part(x)
        return x


class Complex(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c = 1 + 2j

    def forward(self, x: Tensor) -> Tensor:
        return x * self.c * (1 + 2j)


class Keyed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.d = torch.jit.Attribute({torch.ones(1): 1}, dict[Tensor, int])

    def forward(self, x: Tensor) -> Tensor:
        return x


class Coloured(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.e = Colour.RED

    def forward(self, x: Tensor) -> Tensor:
        if self.e == Colour.RED:
            return x
        return -x


class EmptyDims(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.any(dim=(0,))


class Numbers(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.ones(2, 3) + torch.zeros(3) + x.view(2, -1) + x.reshape([2, 3])


def modules() -> Iterator[tuple[str, nn.Module | torch.jit.ScriptModule]]:
    for item in ("uint16", "uint32", "bfloat16", "float16", "complex64", "uint8", "bool"):
        yield item, Holds(torch.zeros(4, dtype=getattr(torch, item)))
    for item in ("float8_e4m3fn", "float8_e8m0fnu", "bits8"):
        yield item, Holds(torch.zeros(4, dtype=torch.uint8).view(getattr(torch, item)))
    yield "quint8", Holds(torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8))
    yield "sparse", Holds(torch.eye(3).to_sparse())
    yield from ((f"named {one}", Named(one)) for one in (*UNRESERVED, "torch", "print"))
    yield from ((one.__name__, one()) for one in (Complex, Keyed, Coloured, EmptyDims, Numbers))
    yield "LSTM", nn.LSTM(2, 2)
    yield "LSTM, traced", torch.jit.trace(nn.LSTM(2, 2), torch.ones(3, 1, 2))
    yield "GRU", nn.GRU(2, 2)
    yield "False", Named("False")


def told(path: Path, runtime: str = "libtorch@1.13.1") -> Preflight:
    return judged(path.name, read(path), chosen([runtime])[0])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("archives")
    made: dict[tuple[str, str], Path] = {}
    for name, module in modules():
        script = module if isinstance(module, torch.jit.ScriptModule) else torch.jit.script(module)
        for path in saved(script, folder / name.replace(" ", "_")):
            made[name, path.suffix] = path
    return made


def test_what_is_told_of_each_archive_is_what_libtorch_does(
    files: dict[tuple[str, str], Path], libtorch: Load
) -> None:
    said = dict(zip(files, libtorch(list(files.values())), strict=True))
    # libtorch's parser takes this for no name, as Python's does: a file that is no TorchScript.
    assert said.pop(("False", ".pt")) != "loads"
    assert "its code cannot be read" in refused(files["False", ".pt"])
    wrong = {
        name: (told(files[name]).reasons, one)
        for name, one in said.items()
        if told(files[name]).loads is not (one == "loads")
    }
    assert wrong == {}
    assert {name for (name, _), one in said.items() if one != "loads"} == {
        *("uint16", "uint32", "float8_e4m3fn", "float8_e8m0fnu", "bits8"),
        *("Coloured", "EmptyDims", "LSTM", "GRU"),
    }


def test_a_lite_file_without_code_loads_only_in_the_lite_interpreter(
    files: dict[tuple[str, str], Path], libtorch: Load, tmp_path: Path
) -> None:
    lite, full = tmp_path / "bare.ptl", tmp_path / "bare.pt"
    with zipfile.ZipFile(files["Numbers", ".ptl"]) as given, zipfile.ZipFile(lite, "w") as made:
        for name in given.namelist():
            if "/code/" not in name:
                made.writestr(name, given.read(name))
    full.write_bytes(lite.read_bytes())
    said = libtorch([lite, full])
    assert said[0] == "loads" and "Unknown type name" in said[1]
    assert told(lite).loads
    [reason] = told(lite, "pytorch_android@1.13.1").reasons
    assert "loads the TorchScript" in reason.what and "no code" in reason.what
    [reason] = told(files["False", ".ptl"], "pytorch_android@1.13.1").reasons
    assert "its code cannot be read" in reason.what


@pytest.mark.parametrize(
    ("name", "runtime", "said"),
    [
        ("uint16", "pytorch_android@2.1.0", "no published pytorch_android that onpar knows"),
        (
            "float8_e4m3fn",
            "pytorch_android@1.13.1",
            "the first pytorch_android that has it is 2.1.0",
        ),
    ],
)
def test_an_item_type_that_came_later_is_named(
    files: dict[tuple[str, str], Path], name: str, runtime: str, said: str
) -> None:
    [reason] = told(files[name, ".pt"], runtime).reasons
    assert "knows no tensors of" in reason.what and said in reason.what


def test_an_item_type_is_told_from_the_version_that_brought_it(
    files: dict[tuple[str, str], Path],
) -> None:
    # ScalarType.h of PyTorch 2.1.0 has it, that of 1.13.0 not.
    assert told(files["float8_e4m3fn", ".pt"], "pytorch_android@2.1.0").loads


def test_a_class_that_no_runtime_has_is_named(
    files: dict[tuple[str, str], Path], libtorch: Load, tmp_path: Path
) -> None:
    path = tmp_path / "quantized.pt"
    module = nn.Sequential(torch.ao.nn.quantized.Linear(4, 4))
    given = torch.quantize_per_tensor(torch.ones(1, 4), 0.1, 0, torch.quint8)
    torch.jit.trace(module, given).save(str(path))
    other = tmp_path / "other.pt"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(other, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            made.writestr(
                name, content.replace(b"LinearPackedParamsBase", b"LinearPackedParamsBasf")
            )
    assert [said == "loads" for said in libtorch([path, other])] == [True, False]
    assert told(path).loads
    [reason] = told(other).reasons
    assert "has no class quantized.LinearPackedParamsBasf" in reason.what
