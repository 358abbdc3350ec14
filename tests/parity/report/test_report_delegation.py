"""An ExecuTorch program's operators, told apart by who runs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from report_maker import Maker

from onpar.parity.judge.delegation import Delegation, delegation
from onpar.parity.judge.run import Run
from onpar.parity.report.page.html import write_html

MIXED = (
    "CoreMLBackend/aten::mul",
    "XnnpackBackend/aten::add",
    "XnnpackBackend/aten::relu",
    "aten::erf.out",
)


def test_operators_are_told_apart_by_delegate(tmp_path: Path) -> None:
    artifact = replace(Maker(tmp_path).artifact("pte"), operators=MIXED)
    assert delegation(artifact) == Delegation(
        {"CoreMLBackend": ("aten::mul",), "XnnpackBackend": ("aten::add", "aten::relu")},
        ("aten::erf.out",),
    )
    assert str(delegation(artifact)) == (
        "CoreMLBackend takes aten::mul; XnnpackBackend takes aten::add, aten::relu; "
        "ExecuTorch's own kernels run aten::erf.out"
    )


def test_where_all_or_nothing_was_delegated_it_is_said(tmp_path: Path) -> None:
    artifact = replace(Maker(tmp_path).artifact("pte"), operators=MIXED[:1])
    assert str(delegation(artifact)).endswith("; ExecuTorch's own kernels run nothing")
    portable = replace(Maker(tmp_path).artifact("pte_portable"), operators=MIXED[-1:])
    assert str(delegation(portable)) == ("no delegate; ExecuTorch's own kernels run aten::erf.out")


def test_another_format_has_no_delegation(tmp_path: Path) -> None:
    artifact = replace(Maker(tmp_path).artifact("onnx"), operators=("ai.onnx::Conv",))
    assert delegation(artifact) is None


def test_a_rows_page_lists_who_runs_what(run: Run, tmp_path: Path) -> None:
    first = next(verdict for verdict in run.verdicts if verdict.artifact)
    assert first.artifact is not None
    pte = replace(first.artifact, format="pte", operators=MIXED)
    write_html(replace(run, verdicts=(replace(first, artifact=pte),)), tmp_path / "report.html")
    page = " ".join((tmp_path / "report.html").read_text().split())
    assert "<dt>XnnpackBackend</dt><dd>aten::add, aten::relu</dd>" in page
    assert "<dt>ExecuTorch&#39;s own</dt><dd>aten::erf.out</dd>" in page
    write_html(replace(run, verdicts=(first,)), tmp_path / "other.html")
    assert "ExecuTorch&#39;s own" not in (tmp_path / "other.html").read_text()
