"""Artifacts, files and folders, are written whole or not at all, with room for what is beside."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from killed_writer import kill_in_the_middle

from onpar.parity.files.atomic import sweep, whole_artifact


def make(path: Path, text: str) -> None:
    """A folder with a file in a folder, as a package has it."""
    (path / "Data").mkdir(parents=True)
    (path / "Data" / "weights").write_text(text)


def content(path: Path) -> dict[str, str]:
    return {p.relative_to(path).as_posix(): p.read_text() for p in path.rglob("*") if p.is_file()}


def test_a_folder_is_there_whole_and_nothing_that_was_made_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "model.mlpackage"
    with whole_artifact(path) as temporary:
        assert temporary.name == path.name
        make(temporary, "new")
        (temporary.parent / "notes.txt").write_text("what a library leaves behind")
        assert not list(path.parent.glob("[!.]*")), "no reader takes it yet"
    assert content(path) == {"Data/weights": "new"}
    assert list(path.parent.iterdir()) == [path]


def test_a_file_takes_a_files_place(tmp_path: Path) -> None:
    for text in ("old", "new"):
        with whole_artifact(tmp_path / "model.onnx") as temporary:
            temporary.write_text(text)
    assert (tmp_path / "model.onnx").read_text() == "new"
    assert list(tmp_path.iterdir()) == [tmp_path / "model.onnx"]


def test_a_folder_takes_a_folders_place_with_nothing_of_the_old_one_in_it(tmp_path: Path) -> None:
    path = tmp_path / "model.mlpackage"
    make(path, "old")
    (path / "of the old one").write_text("old")
    with whole_artifact(path) as temporary:
        make(temporary, "new")
        assert content(path) == {"Data/weights": "old", "of the old one": "old"}
    assert content(path) == {"Data/weights": "new"}
    assert list(tmp_path.iterdir()) == [path]


def test_files_and_folders_get_the_rights_that_others_would_have(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with whole_artifact(tmp_path / "model.mlpackage") as temporary:
            make(temporary, "new")
            (temporary / "Data").chmod(0o700)
    finally:
        os.umask(before)
    rights = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.rglob("*")}
    assert rights == {"model.mlpackage": 0o750, "Data": 0o750, "weights": 0o640}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_in_the_middle_leaves_the_old_folder_and_no_temporary(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "model.mlpackage"
    make(path, "old")
    with pytest.raises(error), whole_artifact(path) as temporary:
        make(temporary, "new, but only ha")
        raise error
    assert content(path) == {"Data/weights": "old"}
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_made_is_an_error_that_names_the_artifact(tmp_path: Path) -> None:
    path = tmp_path / "model.mlpackage"
    make(path, "old")
    with pytest.raises(FileNotFoundError) as lost, whole_artifact(path):
        pass
    assert lost.value.filename == str(path)
    assert content(path) == {"Data/weights": "old"}


def test_an_error_of_the_disk_without_a_file_is_given_the_artifact(tmp_path: Path) -> None:
    path = tmp_path / "model.mlpackage"
    full = errno.ENOSPC, os.strerror(errno.ENOSPC)
    with pytest.raises(OSError, match="No space left") as raised, whole_artifact(path):
        raise OSError(*full)
    assert raised.value.filename == str(path)
    with pytest.raises(OSError, match="No space left") as raised, whole_artifact(path) as temporary:
        raise OSError(*full, str(temporary))
    assert raised.value.filename == str(path)
    with pytest.raises(OSError, match="No space left") as raised, whole_artifact(path):
        raise OSError(*full, "another file")
    assert raised.value.filename == "another file"


HALF = """
import pathlib, sys, time
from onpar.parity.files.atomic import whole_artifact
with whole_artifact(pathlib.Path(sys.argv[1])) as temporary:
    temporary.mkdir()
    (temporary / "weights").write_text("ha")
    print("half", flush=True)
    time.sleep(20)
"""


def test_a_writer_killed_in_the_middle_leaves_the_old_folder_and_sweep_clears_up_after_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.mlpackage"
    make(path, "old")
    kill_in_the_middle(HALF, path)
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [path]
    assert content(path) == {"Data/weights": "old"}
