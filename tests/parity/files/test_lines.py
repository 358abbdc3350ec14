"""A line of a text ends where an editor shows its end, not where Unicode could end one."""

from __future__ import annotations

from pathlib import Path

from onpar.parity.files.lines import lines_of
from onpar.pipeline.parity import read_required


def test_a_line_ends_at_lf_cr_lf_and_cr_alone() -> None:
    assert lines_of("a\u2028b\nc\u0085d\r\n\ne\x0cf\rg") == [
        "a\u2028b",
        "c\u0085d",
        "",
        "e\x0cf",
        "g",
    ]
    assert lines_of("") == []


def test_a_comment_of_the_required_rows_goes_to_the_end_of_its_line(tmp_path: Path) -> None:
    path = tmp_path / "required.txt"
    path.write_text("# one\u2028another line\nmil coreml-fp32-tensor # \u0085x\n", "utf-8")
    assert read_required(path) == [("mil", "coreml-fp32-tensor")]
