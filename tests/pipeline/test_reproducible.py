"""Two exports of one variant are equal files, and hold nothing of the machine that made them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from artifacts import Made, artifacts, files
from builds import onpar
from calls import export

from exporters import VARIANTS
from pipeline.paths import ROOT


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """The variants of the 96×160 build once more, in a folder of another depth and name."""
    build = tmp_path_factory.mktemp("another place") / "below" / "build"
    done = onpar(*export(build))
    assert done.returncode == 0, done.stderr
    return artifacts(build)


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_exports_are_equal_to_the_byte(
    wide_build: Path, elsewhere: dict[str, Made], variant: str
) -> None:
    (path, artifact), (again, its_artifact) = artifacts(wide_build)[variant], elsewhere[variant]
    one, other = files(path), files(again)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert replace(artifact, export_seconds=0) == replace(its_artifact, export_seconds=0)


def inner(content: bytes) -> Iterator[bytes]:
    """The bytes, and those of everything that is packed in them."""
    yield content
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_artifact_names_a_path_of_this_machine(wide_build: Path, variant: str) -> None:
    home = [str(Path.home())] if len(Path.home().parts) > 1 else []
    forbidden = [
        *("site-packages", "/home/", "/usr/", ".onpar-"),
        *(str(ROOT), str(wide_build), *home),
    ]
    path, artifact = artifacts(wide_build)[variant]
    sidecar = {"sidecar": path.with_name(artifact.file + ".json").read_bytes()}
    for name, content in (files(path) | sidecar).items():
        for part in (name.encode(), *inner(content)):
            assert [text for text in forbidden if text.encode() in part] == []
