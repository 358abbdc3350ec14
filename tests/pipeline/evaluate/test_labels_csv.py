"""A CSV file of labels: each row is one line, and what cannot be read is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.true_labels import classes_of, in_csv

LABELS = ("cat", "dog")


def classes(path: Path, content: str, *names: str) -> dict[str, int]:
    path.write_text(content, encoding="utf-8", newline="")
    return classes_of(in_csv(path), names, path, LABELS)


def refused(path: Path, content: str, *names: str) -> str:
    with pytest.raises(OnparError) as error:
        classes(path, content, *names)
    said = str(error.value)
    assert "\n" not in said and len(said) < 500
    return said


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_only_a_line_end_ends_a_row(end: str, tmp_path: Path) -> None:
    names = ["a\u2028b.png", "a\u0085b.png", "a\x0cb.png"]
    content = end.join(["file,label", *(f"{name},dog" for name in names), ""])
    assert classes(tmp_path / "l.csv", content, *names) == dict.fromkeys(names, 1)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('a.png,"cat\nb.png,dog\n', 2),
        ('a.png,cat\nb.png,"dog\nc.png,dog', 3),
        # The quote of another line closes it.
        ('a.png,"cat\nb.png,"dog"\n', 2),
        ('a.png,"cat\nb.png,dog"\n', 2),
        ('a.png,"cat\n' + "b.png,dog\n" * 20_000, 2),
    ],
)
def test_a_double_quote_that_is_not_closed_is_named_by_its_line(
    rows: str, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "l.csv"
    said = f"{path}: line {line}: a double quote is not closed in its line; close it, or remove it"
    assert refused(path, f"file,label\n{rows}", "a.png", "b.png") == said


@pytest.mark.parametrize(
    "row", ['b.png,"dog', 'b.png,"d"og', f"b.png,{'a' * 200_000}", f'b.png,"{"a" * 200_000}"']
)
def test_a_cell_that_cannot_be_read_is_named_by_its_line(row: str, tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    said = refused(path, f"file,label\na.png,cat\n{row}", "a.png", "b.png")
    assert said.startswith(f"{path}: line 3 cannot be read (")
    assert "expected the file and its label, each of at most 131,072 characters" in said


@pytest.mark.parametrize("digits", ["1" * 5000, "0" * 5000 + "2", "2"])
def test_an_index_of_many_digits_is_unknown(digits: str, tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    said = refused(path, f"file,label\na.png,{digits}\n", "a.png")
    assert said.startswith(f"{path}, line 2: label {digits[:80]!r} is unknown; ")
    assert said.endswith("or an index from 0 to 1")


@pytest.mark.parametrize(("digits", "index"), [("0", 0), ("001", 1), ("0" * 5000, 0)])
def test_an_index_may_begin_with_zeros(digits: str, index: int, tmp_path: Path) -> None:
    content = f"file,label\na.png,{digits}\n"
    assert classes(tmp_path / "l.csv", content, "a.png") == {"a.png": index}
