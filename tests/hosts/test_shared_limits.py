"""What Python refuses of a sidecar Java and C++ refuse too, and the same for what they take."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hosts import Host
from sidecar_table import REFUSED, ROWS, SOUND, Row, text_of

from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.contract.spec import SpecError


def read_by_python(folder: Path, row: Row) -> str:
    """Why Python refuses it; empty where it does not."""
    path = folder / "sample.onnx.json"
    path.write_text(text_of(row), "utf-8")
    try:
        read_sidecar(path)
    except SpecError as error:
        return str(error)
    return ""


def names(sentence: str, key: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", sentence) is not None


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.name)
def test_python_refuses_it_and_names_the_key(tmp_path: Path, row: Row) -> None:
    said = read_by_python(tmp_path, row)
    assert names(said, row.key), said


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row.name)
def test_python_takes_it(tmp_path: Path, row: Row) -> None:
    assert read_by_python(tmp_path, row) == ""


def test_a_host_refuses_the_same_and_names_the_same_key(host: Host) -> None:
    found = host.batch([{"do": "sidecar", "sidecar": text_of(row)} for row in ROWS])
    wrong = []
    for row, got in zip(ROWS, found, strict=True):
        said = got if isinstance(got, str) else ""
        if bool(said) != bool(row.key) or (row.key and not names(said, row.key)):
            wrong.append((row.name, row.key, said))
    assert wrong == []
