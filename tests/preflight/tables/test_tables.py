"""The committed tables: what is known of published runtimes, and what is installed here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import onnxruntime
import pytest
from table_rows import FAMILIES, as_row, row, versions

from onpar.pipeline.preflight.make import onnxruntime_models
from onpar.pipeline.preflight.make.fetch import ask
from onpar.pipeline.preflight.make.onnxruntime import PROBE, of_answer
from onpar.pipeline.preflight.make.torch import DEBIAN, debian
from onpar.pipeline.preflight.make.torch_lists import listed_here
from onpar.pipeline.preflight.make.written import table, text
from onpar.pipeline.preflight.table import TABLES, read_table

REGISTRY = """
import json
from executorch.runtime import Runtime

runtime = Runtime.get()
operators = sorted(runtime.operator_registry.operator_names)
print(json.dumps([operators, sorted(runtime.backend_registry.registered_backend_names)]))
"""


@pytest.mark.parametrize("family", FAMILIES)
def test_a_table_is_whole_and_says_where_it_is_from(family: str) -> None:
    read = read_table(family)
    names = [(one.name, one.version) for one in read.runtimes]
    assert len(set(names)) == len(names) > 0
    for one in read.runtimes:
        assert len(one.source) > 20
        assert one.file_versions[0] <= one.file_versions[1]
    every = 2 ** len(read.runtimes) - 1
    for schemas in read.operators.values():
        assert schemas
        assert all(0 < mask <= every for _, mask in schemas)
    for index, one in enumerate(read.runtimes):
        has = any(mask >> index & 1 for schemas in read.operators.values() for _, mask in schemas)
        assert has == one.operators, one


@pytest.mark.parametrize("family", FAMILIES)
def test_a_committed_table_is_what_its_maker_writes(family: str) -> None:
    assert text(read_table(family)) == (TABLES / f"{family}.json").read_text("utf-8")
    assert sum(path.stat().st_size for path in TABLES.iterdir()) < 2_000_000


def test_an_operator_is_in_those_releases_of_pytorch_that_have_it() -> None:
    for name in ("libtorch", "pytorch_android", "pytorch_android_lite", "LibTorch-Lite"):
        assert not versions("torch", name, "aten::_upsample_lanczos2d_aa")
        assert versions("torch", name, "aten::upsample_bilinear2d.vec")
        assert versions("torch", name, "aten::__getitem__.t")
        assert versions("torch", name, "prim::RaiseException")
        assert versions("torch", name, "quantized::conv2d_relu.new")
        assert versions("torch", name, "prim::tolist")
    for name in ("pytorch_android", "pytorch_android_lite"):
        assert versions("torch", name, "aten::scaled_dot_product_attention") == ["2.1.0"]
    since_1_11 = ["1.11", "1.12", "1.12.1", "1.12.2", "1.13.0", "1.13.1", "2.1.0"]
    assert versions("torch", "pytorch_android", "aten::_upsample_bilinear2d_aa") == since_1_11


def test_the_lite_build_has_not_the_whole_interpreter() -> None:
    assert "2.1.0" in versions("torch", "pytorch_android", "aten::__interpolate")
    assert not versions("torch", "pytorch_android_lite", "aten::__interpolate")


def test_a_release_reads_the_versions_of_its_own_header() -> None:
    first = row("torch", "pytorch_android", "1.10.0").runtime
    last = row("torch", "pytorch_android_lite", "2.1.0").runtime
    assert (first.file_versions, first.bytecode) == ((1, 6), (3, 7))
    assert (last.file_versions, last.bytecode) == ((1, 10), (4, 9))
    assert first.formats == ("torchscript", "ptl")
    assert last.formats == ("ptl",)


@pytest.mark.skipif(not DEBIAN.exists(), reason="Debian's libtorch is not installed: make system")
def test_debians_libtorch_read_now_is_the_committed_one() -> None:
    committed = row("torch", "libtorch", "1.13.1")
    nearest = {name: texts[0] for name, texts in committed.operators.items()}
    every = {name: schemas[0][0] for name, schemas in read_table("torch").operators.items()}
    read = debian(nearest, listed_here() | every)
    assert as_row(read) == committed


def test_onnxruntimes_opsets_rise_with_its_versions() -> None:
    runtimes = [one for one in read_table("onnxruntime").runtimes if one.name == "onnxruntime"]
    opsets = [one.opsets["ai.onnx"] for one in runtimes]
    assert opsets == sorted(opsets)
    android = row("onnxruntime", "onnxruntime-android", "1.29.0")
    assert android.runtime.opsets == {"ai.onnx": 26, "ai.onnx.ml": 5, "com.microsoft": 1}
    assert android.operators["ai.onnx::Conv"] == [
        "1 to 10 T: float",
        "11 to 21 T: float",
        "22+ T: float",
    ]
    assert row("onnxruntime", "onnxruntime", "1.15.1").runtime.ort_versions == (1, 5)


def test_the_onnxruntime_installed_here_answers_as_its_row_says(tmp_path: Path) -> None:
    onnxruntime_models.write(tmp_path / "models")
    answer = ask(Path(sys.executable), PROBE, tmp_path / "models")
    version = onnxruntime.__version__
    [made, _] = of_answer(version, json.loads(answer))
    assert as_row(made) == row("onnxruntime", "onnxruntime", version)


def test_core_mls_table_made_now_is_the_committed_one() -> None:
    from onpar.pipeline.preflight.make import coreml

    assert table(coreml.known()) == read_table("coreml")
    assert versions("coreml", "coreml", "scaled_dot_product_attention") == ["iOS18", "iOS26"]
    assert versions("coreml", "coreml", "conv") == ["iOS15", "iOS16", "iOS17", "iOS18", "iOS26"]


def test_the_executorch_installed_here_lists_what_was_read_of_its_libraries() -> None:
    words = [sys.executable, "-c", REGISTRY]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    operators, delegates = json.loads(said.splitlines()[-1])
    committed = row("executorch", "executorch", "1.5.1")
    assert sorted(committed.operators) == operators
    assert sorted(committed.runtime.backends) == delegates
