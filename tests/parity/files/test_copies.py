"""A copy that cannot be written is named, not its source."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from onpar.parity.files.atomic import whole_artifact
from onpar.parity.files.copies import copy


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder of two files, one below another folder."""
    folder = tmp_path / "source.mlpackage"
    (folder / "Data").mkdir(parents=True)
    (folder / "Data" / "weights").write_bytes(bytes(20_000))
    (folder / "Manifest.json").write_text("{}")
    return folder


def test_a_folder_is_copied_with_all_that_is_in_it(package: Path, tmp_path: Path) -> None:
    copy(package, tmp_path / "copy")
    made = {path.relative_to(tmp_path / "copy") for path in (tmp_path / "copy").rglob("*")}
    assert made == {path.relative_to(package) for path in package.rglob("*")}
    assert (tmp_path / "copy" / "Data" / "weights").read_bytes() == bytes(20_000)


def test_without_space_the_error_names_the_copy(package: Path, tmp_path: Path) -> None:
    with files_of_at_most(10_000), pytest.raises(OSError) as full:
        copy(package, tmp_path / "copy")
    assert full.value.filename == str(tmp_path / "copy" / "Data" / "weights")
    with files_of_at_most(10_000), pytest.raises(OSError) as full:
        copy(package / "Data" / "weights", tmp_path / "file")
    assert full.value.filename == str(tmp_path / "file")


def test_an_error_of_a_file_in_an_unfinished_folder_names_the_folder(
    package: Path, tmp_path: Path
) -> None:
    """The temporary folder is unknown to the user, and gone."""
    path = tmp_path / "made.mlpackage"
    with files_of_at_most(10_000), pytest.raises(OSError) as full, whole_artifact(path) as new:
        copy(package, new)
    assert full.value.filename == str(path)
    assert {one.name for one in tmp_path.iterdir()} == {package.name}
