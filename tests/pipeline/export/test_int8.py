"""int8 files: small, for one engine, and the same wherever that engine loads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from artifacts import artifacts, loaded
from builds import MADE
from matrix import unlike_phones
from samples import inputs_of

from onpar.exporters import VARIANTS
from onpar.parity.contract.capture import Capture, read_capture
from onpar.pipeline.targets import loaders

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*torch.jit.load.*deprecated:FutureWarning"),
    pytest.mark.filterwarnings("ignore:All inputs of this cat operator:UserWarning"),
]

INT8 = [name for name in MADE if VARIANTS[name].precision == "int8"]
QNNPACK = [name for name in INT8 if VARIANTS[name].engine == "qnnpack"]

SHARE = 0.27
"""Of its float32 file: a quarter for the weights, the rest for scales, names and the program."""


@pytest.fixture(autouse=True)
def engine() -> Iterator[None]:
    """The process's quantized engine as it was before; the targets set it."""
    before = torch.backends.quantized.engine
    yield
    torch.backends.quantized.engine = before


def test_every_format_that_phones_run_has_int8() -> None:
    assert {one.format for one in VARIANTS.values() if one.precision == "int8"} == {
        *("torchscript", "ptl", "onnx", "ort", "coreml", "pte"),
    }


@pytest.mark.parametrize("variant", INT8)
def test_an_int8_file_is_at_most_27_percent_of_its_float32_file(
    wide_build: Path, variant: str
) -> None:
    made = artifacts(wide_build)
    small, whole = made[variant][1], made[variant.replace("int8", "fp32")][1]
    print(f"{variant}: {small.bytes / whole.bytes:.1%} of {whole.bytes / 1e6:.1f} MB")
    assert small.bytes <= SHARE * whole.bytes


def test_torchs_int8_is_for_qnnpack_and_the_rest_for_any_engine(wide_build: Path) -> None:
    engines = {name: artifact.engine for name, (_, artifact) in artifacts(wide_build).items()}
    assert {name for name, engine in engines.items() if engine == "qnnpack"} == set(QNNPACK)
    assert {name for name, engine in engines.items() if not engine} == {*MADE} - {*QNNPACK}
    assert QNNPACK == ["torchscript-int8-tensor", "ptl-int8-tensor"]


def captured(build: Path, variant: str) -> Capture:
    [target] = loaders(VARIANTS[variant].format)
    path, _ = artifacts(build)[variant]
    return read_capture(build / "captures" / target / path.name / "coffee.safetensors")


@pytest.mark.parametrize("variant", [name for name in INT8 if not unlike_phones(name)])
def test_loaded_again_in_another_process_it_computes_the_same_to_the_bit(
    wide_build: Path, variant: str
) -> None:
    capture = captured(wide_build, variant)
    # Where a runtime adds up in float32 between what is quantized, its threads change the sums.
    made = artifacts(wide_build)[variant]
    model = loaded(made, capture.info.threads)
    again = model.run(inputs_of(capture, made[1].model))
    assert (model.engine, model.runtime) == (capture.info.engine, capture.info.runtime)
    np.testing.assert_array_equal(again["out"], capture.tensors["out"])


def test_the_bytecode_computes_what_its_script_computes_to_the_bit(wide_build: Path) -> None:
    script, bytecode = (captured(wide_build, variant).tensors["out"] for variant in QNNPACK)
    np.testing.assert_array_equal(script, bytecode)
