"""The rows of a CSV file of labels, each with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from onpar.parity.files.regular_file import TEXT_LIMIT, read_regular
from onpar.pipeline.errors import OnparError

HEADER = ["file", "label"]


def rows(path: Path) -> Iterator[tuple[int, tuple[str, str]]]:
    """The line and the two cells of every row but the header. Only LF, CR LF and CR end a line: a
    name may have another character that Unicode calls a line end.

    Raises OnparError for a file that cannot be read, a first line other than HEADER, another number
    of cells, and a row that does not end in its line: its double quote is not closed, and it would
    take the rows below as its label.
    """
    lines = _lines(path, _text(path))
    _, first = next(lines, (1, []))
    if [cell.strip() for cell in first] != HEADER:
        raise OnparError(
            f"--labels {path}: its first line is {','.join(first)[:80]!r}, expected the header "
            f"{','.join(HEADER)!r}"
        )
    for line, cells in lines:
        if len(cells) == len(HEADER):
            yield line, (cells[0].strip(), cells[1].strip())
        elif cells:
            raise OnparError(
                f"{path}: line {line} has {len(cells)} cell{'s' * (len(cells) != 1)}, expected "
                f"{len(HEADER)}, the file and its label; put a label that has a comma in double "
                "quotes"
            )


def _text(path: Path) -> str:
    try:
        return read_regular(path, TEXT_LIMIT).decode("utf-8-sig")
    except OSError as error:
        raise OnparError(
            f"--labels {path}: {error.strerror}; name a CSV file, or a folder whose subfolders are "
            "labels"
        ) from error
    except UnicodeDecodeError as error:
        raise OnparError(f"--labels {path}: is not a CSV file in UTF-8 ({error})") from error


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        fault: csv.Error | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = error
        if reader.line_num > line:
            raise OnparError(
                f"{path}: line {line}: a double quote is not closed in its line; close it, or "
                "remove it"
            )
        if fault:
            raise OnparError(
                f"{path}: line {line} cannot be read ({fault}); expected the file and its label, "
                f"each of at most {csv.field_size_limit():,} characters; text that has a double "
                "quote is in double quotes, with each double quote in it written twice"
            )
        yield line, cells
