"""An int8 file that computes something else than the program that was quantized is refused when it
is written, whatever of it the output shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import onnx
import pytest
from numpy.typing import NDArray
from planted_int8 import (
    LAYERS,
    Plant,
    int8_fx,
    int8_onnx,
    int8_pt2e,
    of_fx,
    of_onnx,
    of_pt2e,
    source,
)
from preps import Prep
from sidecars import artifact
from wrong_stored import WRONG

from onpar.exporters import FORMATS
from onpar.exporters.errors import ExportError
from onpar.exporters.graphs.exported import exported
from onpar.exporters.program import Program
from onpar.exporters.pte import lowered_file
from onpar.exporters.quantization.exact import fx_program, pt2e_program, qdq_program
from onpar.exporters.torchscript import scripted_file
from onpar.parity.contract.golden.kernels import Kernels
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.export.kernels import run_kernels, same_as

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@dataclass(frozen=True)
class Quantizer:
    """A quantizer's honest program, and how a program becomes a file of a format."""

    format: str
    plant: Plant
    program: Callable[[], Program]
    file: Callable[[Any], bytes]

    def artifact(self) -> Artifact:
        specs = source().model
        return replace(
            artifact(Prep("image", 32, 32)),
            file=f"small{FORMATS[self.format].suffix}",
            format=self.format,
            precision="int8",
            engine=FORMATS[self.format].engine,
            inputs=specs.inputs,
            outputs=specs.outputs,
        )


def scripted(program: Any) -> bytes:
    return scripted_file(program, source())


def lowered(program: Any) -> bytes:
    return lowered_file(exported(source(), program))


QUANTIZERS = {
    "ONNX": Quantizer(
        "onnx",
        of_onnx,
        lambda: qdq_program.program_of(onnx.load_from_string(int8_onnx())),
        lambda model: bytes(model.SerializeToString()),
    ),
    "FX": Quantizer(
        "torchscript",
        of_fx,
        lambda: fx_program.program_of(int8_fx(), source(), scripted),
        scripted,
    ),
    "PT2E": Quantizer(
        "pte",
        of_pt2e,
        lambda: pt2e_program.program_of(int8_pt2e(), source(), lowered),
        lowered,
    ),
}


def inputs() -> Mapping[str, NDArray[Any]]:
    return next(iter(source().samples()))


@cache
def kernels(name: str) -> Kernels:
    one = QUANTIZERS[name]
    ran = run_kernels(one.artifact(), one.program(), [inputs()])
    assert ran is not None
    return ran.kernels(0)


def refused(name: str, content: bytes, folder: Path) -> str:
    """Why the file is refused; empty if it is not."""
    of = QUANTIZERS[name].artifact()
    path = folder / of.file
    path.write_bytes(content)
    try:
        assert same_as(of, path, inputs(), kernels(name).outputs_sha256)
    except ExportError as error:
        return str(error)
    return ""


def check_each(name: str, layers: Iterable[int], folder: Path) -> None:
    one = QUANTIZERS[name]
    unseen = []
    count = 0
    for kind, change in WRONG.items():
        for at in layers:
            planted = one.plant(change, at)
            if planted.other:
                count += 1
                if not refused(name, one.file(planted.program), folder):
                    unseen.append(f"{kind}, layer {at}")
    print(f"{name}: {count - len(unseen)} of {count} refused; not: {unseen}")
    assert len(unseen) <= 0.03 * count, unseen


@pytest.mark.parametrize("name", QUANTIZERS)
def test_the_kernels_of_an_honest_program_are_exact_and_its_file_is_taken(
    name: str, tmp_path: Path
) -> None:
    honest: dict[str, Callable[[], Any]] = {
        "ONNX": lambda: onnx.load_from_string(int8_onnx()),
        "FX": int8_fx,
        "PT2E": int8_pt2e,
    }
    assert kernels(name).exact
    assert kernels(name).operators > 10
    assert kernels(name).largest < 0.51
    assert not refused(name, QUANTIZERS[name].file(honest[name]()), tmp_path)


@pytest.mark.parametrize("name", ["ONNX", "FX"])
def test_a_file_with_a_layer_that_the_program_does_not_have_is_refused(
    name: str, tmp_path: Path
) -> None:
    check_each(name, (5,), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUANTIZERS)
def test_a_file_with_any_layer_that_the_program_does_not_have_is_refused(
    name: str, tmp_path: Path
) -> None:
    check_each(name, range(LAYERS), tmp_path)
