"""The versions of the file formats are those that docs/file-formats.md lists, and its rule holds:
another version is refused with what to do, and an unknown key is not refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from samples import artifact
from sidecars import sealed
from small_build import capture

from onpar.parity.contract.capture import CAPTURE_FORMAT, read_capture, write_capture
from onpar.parity.contract.measured import TOLERANCES_FORMAT, read_tolerances
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path, sidecar_text
from onpar.parity.contract.spec import SIDECAR_FORMAT
from onpar.parity.evaluation.evaluation import EVALUATION_FORMAT, read_evaluation
from onpar.parity.judge.run import RUN_FORMAT, Run, read_run
from onpar.pipeline.paths import ROOT

CONSTANTS = {
    "SIDECAR_FORMAT": SIDECAR_FORMAT,
    "CAPTURE_FORMAT": CAPTURE_FORMAT,
    "TOLERANCES_FORMAT": TOLERANCES_FORMAT,
    "RUN_FORMAT": RUN_FORMAT,
    "EVALUATION_FORMAT": EVALUATION_FORMAT,
}

APPS = {
    "android_app/core/src/main/java/org/onpar/core/Sidecar.java": SIDECAR_FORMAT,
    "android_app/core/src/main/java/org/onpar/core/Capture.java": CAPTURE_FORMAT,
    "ios_app/Core/sidecar.cpp": SIDECAR_FORMAT,
    "ios_app/Core/capture.cpp": CAPTURE_FORMAT,
}


def table() -> list[list[str]]:
    """The cells of the table of file formats."""
    page = (ROOT / "docs" / "file-formats.md").read_text("utf-8")
    [block] = re.findall(r"<!-- file formats -->\n(.*?)<!-- end -->", page, flags=re.S)
    rows = block.splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_table_has_every_format_with_its_version_and_where_it_stands() -> None:
    found = {}
    for name, _, where, _ in table():
        [(path, constant)] = re.findall(r"\((\.\./[^)]+)\) `([A-Z_]+)`", where)
        assert f"{constant} = " in (ROOT / "docs" / path).resolve().read_text("utf-8")
        found[constant] = name.strip("`")
    assert found == CONSTANTS


@pytest.mark.parametrize("path", APPS)
def test_the_apps_have_the_versions_of_python(path: str) -> None:
    said = (ROOT / path).read_text("utf-8")
    assert set(re.findall(r'"(onpar-[a-z]+/\d+)"', said)) == {APPS[path]}


def with_key(text: str, **more: Any) -> str:
    return json.dumps(json.loads(text) | more)


def sidecar(path: Path, version: str, **more: Any) -> Callable[[], object]:
    facts = json.loads(sidecar_text(artifact()))
    del facts["sidecar_sha256"]
    file = sidecar_path(path)
    file.write_text(sealed(facts | {"version": version} | more))
    return lambda: read_sidecar(file)


def captured(path: Path, version: str, **more: Any) -> Callable[[], object]:
    write_capture(path, capture(extra=more))
    path.write_bytes(path.read_bytes().replace(CAPTURE_FORMAT.encode(), version.encode()))
    return lambda: read_capture(path)


def tolerances(path: Path, version: str, **more: Any) -> Callable[[], object]:
    path.write_text(json.dumps({"version": version, "tolerances": []} | more))
    return lambda: read_tolerances(path)


def run(path: Path, version: str, **more: Any) -> Callable[[], object]:
    made = msgspec.json.encode(Run("0.1.0", "2026-01-02T03:04:05+00:00", (), (), ()))
    path.write_text(with_key(made.decode(), format=version, **more))
    return lambda: read_run(path)


def evaluation(path: Path, version: str, **more: Any) -> Callable[[], object]:
    seen = {"step": "top-k", "labels": 2, "k": 2, "truth": None}
    texts = (
        "onpar",
        "created_at",
        "recipe",
        "recipe_sha256",
        "weights",
        "weights_sha256",
        "device",
    )
    facts = dict.fromkeys(texts, "") | {"images": 1, "reference": seen, "artifacts": []}
    numbers = {"milliseconds": 1.0, "peak_rss_mb": 1.0}
    path.write_text(json.dumps(facts | numbers | {"version": version} | more))
    return lambda: read_evaluation(path)


Make = Callable[..., Callable[[], object]]

READERS: dict[str, tuple[Make, str]] = {
    SIDECAR_FORMAT: (sidecar, "run `onpar export`"),
    CAPTURE_FORMAT: (captured, "capture again"),
    TOLERANCES_FORMAT: (tolerances, "measure them again"),
    RUN_FORMAT: (run, "judge again"),
    EVALUATION_FORMAT: (evaluation, "evaluate again"),
}


@pytest.mark.parametrize("version", READERS)
def test_the_next_version_is_refused_with_both_versions_and_what_to_do(
    tmp_path: Path, version: str
) -> None:
    make, remedy = READERS[version]
    name, _, number = version.partition("/")
    following = f"{name}/{int(number) + 1}"
    with pytest.raises(ValueError) as refused:
        make(tmp_path / "file", following)()
    said = str(refused.value)
    assert f"is {following!r}, this onpar reads {version!r}" in said
    assert "update onpar" in said and remedy in said
    assert [remedy in row[3] for row in table() if row[0] == f"`{version}`"] == [True]


@pytest.mark.parametrize("version", READERS)
def test_an_older_version_is_refused_without_advice_to_update(tmp_path: Path, version: str) -> None:
    make, remedy = READERS[version]
    name, _, number = version.partition("/")
    older = f"{name}/{int(number) - 1}"
    with pytest.raises(ValueError) as refused:
        make(tmp_path / "file", older)()
    said = str(refused.value)
    assert f"is {older!r}, this onpar reads {version!r}; {remedy}" in said
    assert "update onpar" not in said


@pytest.mark.parametrize("version", READERS)
def test_a_key_that_is_not_known_changes_nothing(tmp_path: Path, version: str) -> None:
    make, _ = READERS[version]
    make(tmp_path / "file", version, of_the_future="yes")()
