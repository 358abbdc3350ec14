"""What a table or a file does not say is "not known", and never reads as "loads"."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from here import onpar_here
from onnx import TensorProto, helper
from onnx_built import FLOAT, model, of
from test_onnx import told, written

from onpar.pipeline.paths import ROOT
from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.of_exports import apps_load
from onpar.pipeline.preflight.read.contents import Contents, Use
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Answer, Listed

CASE = ROOT / "tests" / "cases" / "models" / "46_double_conv.onnx"
OLD, NEW = "onnxruntime@1.15.1", "onnxruntime@1.16.3"


def test_a_convolution_of_double_is_not_known_where_no_kernel_is(tmp_path: Path) -> None:
    old = told(CASE, OLD)
    assert (old.answer, old.loads, old.reasons) == (Answer.NOT_KNOWN, False, ())
    [unknown] = old.unknown
    assert "which operators onnxruntime 1.15.1 has" in unknown
    assert unknown.endswith("the file uses ai.onnx::ConvTranspose (T: double)")
    assert told(CASE, NEW).answer is Answer.DOES_NOT


def test_the_command_ends_with_3_and_says_what_is_not_known() -> None:
    done = onpar_here("preflight", CASE, "--runtime", OLD)
    assert done.returncode == 3
    assert f"{OLD}  not known" in done.stdout
    assert "Not known: which operators onnxruntime 1.15.1 has" in done.stdout
    assert onpar_here("preflight", CASE, "--runtime", OLD, "--allow-unjudged").returncode == 0
    both = onpar_here("preflight", CASE, "--runtime", OLD, "--runtime", NEW, "--allow-unjudged")
    assert both.returncode == 1


def test_what_speaks_against_a_file_is_said_where_its_operators_are_not_known(
    tmp_path: Path,
) -> None:
    verdict = told(written("", tmp_path, model("Relu", opset=26)), OLD)
    assert (verdict.answer, verdict.unknown) == (Answer.DOES_NOT, ())


def unnamed(domain: str, item: int = FLOAT) -> object:
    """A cosine of what an operator of another domain gives: onnx cannot infer its item type."""
    nodes = [
        helper.make_node("Gelu", ["x0"], ["between"], domain=domain),
        helper.make_node("Cos", ["between"], ["after"]),
        helper.make_node("Shape", ["after"], ["y"]),
    ]
    made = of(nodes, opset=17, gives=TensorProto.INT64)
    made.opset_import.add(domain=domain, version=1)
    return made


def test_an_item_type_that_the_file_does_not_say_is_not_known(tmp_path: Path) -> None:
    verdict = told(written("", tmp_path, unnamed("com.microsoft")), NEW)  # type: ignore[arg-type]
    assert verdict.answer is Answer.NOT_KNOWN
    assert any(
        "a kernel for ai.onnx::Cos" in one and "the file does not say which type" in one
        for one in verdict.unknown
    )


def listed(name: str, **changed: object) -> Listed:
    """A runtime of the tables of which less is known."""
    one = chosen([name])[0]
    runtimes = list(one.table.runtimes)
    runtimes[one.index] = type(one.runtime)(
        **{
            **{field: getattr(one.runtime, field) for field in one.runtime.__struct_fields__},
            **changed,
        }
    )
    table = type(one.table)(tuple(runtimes), one.table.operators)
    return replace(one, table=table)


FORMATS = {
    "torchscript": ("pytorch_android@1.13.1", Use("aten::relu", given=("?",)), 3),
    "ptl": ("LibTorch-Lite@1.13.0.1", Use("aten::relu", overload="", specified=1), 3),
    "onnx": (NEW, Use("ai.onnx::Relu", since=14, types=(("T", "float"),)), 8),
    "ort": (NEW, Use("ai.onnx::Relu", since=14, types=(("T", "float"),)), 8),
    "coreml": ("coreml@iOS15", Use("relu", opset="CoreML5"), 6),
    "pte": ("executorch@1.5.1", Use("aten::relu", overload="out"), 0),
}
"""Of each format a runtime, an operator, and a version of the file."""


def contents(form: str, use: Use, version: int) -> Contents:
    more = {"ort": {"container": 6}, "pte": {"container": 12}, "ptl": {"bytecode": 9}}
    return Contents(form, version, (use,), opsets={"ai.onnx": 17}, **more.get(form, {}))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMATS)
def test_of_every_format_operators_that_a_table_does_not_have_are_not_known(form: str) -> None:
    name, use, version = FORMATS[form]
    file = contents(form, use, version)
    known, without = listed(name), listed(name, operators=False)
    assert judged("file", file, known).answer is Answer.LOADS, judged("file", file, known)
    verdict = judged("file", file, without)
    assert verdict.answer is Answer.NOT_KNOWN
    assert "which operators" in verdict.unknown[0]


@pytest.mark.parametrize(
    ("form", "changed", "said"),
    [
        ("ort", {"ort_versions": None}, "which versions of the ORT format"),
        ("ptl", {"bytecode": None}, "which versions of bytecode"),
        ("coreml", {"opsets": {}}, "which opsets"),
    ],
)
def test_a_version_that_a_table_does_not_have_is_not_known(
    form: str, changed: dict[str, object], said: str
) -> None:
    name, use, version = FORMATS[form]
    verdict = judged("file", contents(form, use, version), listed(name, **changed))
    assert verdict.answer is Answer.NOT_KNOWN
    assert said in verdict.unknown[0]


def test_in_parity_what_is_not_known_is_an_unjudged_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onpar.parity.judge.status import Status
    from onpar.pipeline.build_folder.exported import Exported
    from onpar.pipeline.preflight import of_exports
    from onpar.pipeline.preflight.pinned import Pin

    path = Path(shutil.copy(CASE, tmp_path))
    monkeypatch.setattr(of_exports, "pinned", lambda: (Pin("ios-device", listed(OLD), ("onnx",)),))
    from samples import artifact

    one = Exported("onnx-fp32-tensor", path, artifact(), False, 0.0)
    loads, rows = apps_load([one], "sample", ["a", "b"])
    assert loads == ()
    assert [row.status for row in rows] == [Status.UNJUDGED] * 2
    assert "whether the app loads it is not known: which operators" in rows[0].sentence
