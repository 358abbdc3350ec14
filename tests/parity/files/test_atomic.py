"""Files are written whole or not at all, whatever happens in the middle."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from killed_writer import kill_in_the_middle

from onpar.parity.files.atomic import (
    TEMPORARY,
    sweep,
    whole_artifact,
    whole_file,
    write_text,
    write_whole,
)


def test_what_is_written_is_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file.txt"
    write_text(path, "grün")
    assert path.read_bytes() == "grün".encode()
    assert list(path.parent.iterdir()) == [path]


def test_pieces_follow_one_another(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", [b"a", memoryview(b"bc"), b""])
    assert (tmp_path / "file").read_bytes() == b"abc"


def test_a_file_gets_the_rights_that_open_would_give_it(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "file", "")
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_the_temporary_file_keeps_the_suffix_and_is_no_file_that_a_reader_takes(
    tmp_path: Path,
) -> None:
    with whole_file(tmp_path / "model.onnx") as temporary:
        assert temporary.suffix == ".onnx"
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(TEMPORARY)
        assert not list(tmp_path.glob("[!.]*"))


def test_who_reads_the_old_file_goes_on_reading_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "old")
    with path.open("rb") as reader:
        write_text(path, "new")
        assert reader.read() == b"old"
    assert path.read_text() == "new"


def test_an_error_without_a_file_is_given_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(OSError, match="No space left") as full, whole_file(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert full.value.filename == str(path)
    with pytest.raises(OSError, match="No space left") as full, whole_file(path) as temporary:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(temporary))
    assert full.value.filename == str(path)
    with pytest.raises(OSError, match="Permission") as other, whole_file(path):
        raise OSError(errno.EACCES, "Permission denied", "another file")
    assert other.value.filename == "another file"


def test_an_error_never_names_the_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError) as folder:
        write_text(tmp_path / "folder", "")
    assert folder.value.filename == str(tmp_path / "folder")

    def refused(**options: Any) -> None:
        name = f"{options['dir']}/{options['prefix']}abc"
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), name)

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    monkeypatch.setattr(tempfile, "mkdtemp", refused)
    for writer in (whole_file, whole_artifact):
        with pytest.raises(OSError, match="Read-only") as made, writer(tmp_path / "file"):
            pass
        assert made.value.filename == str(tmp_path / "file")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_device_is_named() -> None:
    with pytest.raises(OSError, match="No space left") as full:
        write_text(Path("/dev/full"), "new")
    assert full.value.filename == "/dev/full"


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, SystemExit])
def test_a_failure_in_the_middle_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "file"
    write_text(path, "old")

    def pieces() -> Iterator[bytes]:
        yield b"new, but only ha"
        raise error

    with pytest.raises(error):
        write_whole(path, pieces())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_removes_its_own_temporary_gets_an_error_and_leaves_the_old_file(
    tmp_path: Path,
) -> None:
    write_text(tmp_path / "file", "old")
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "file") as temporary:
        temporary.unlink()
    assert (tmp_path / "file").read_text() == "old"


HALF = """
import pathlib, sys, time
from onpar.parity.files.atomic import whole_file
with whole_file(pathlib.Path(sys.argv[1])) as temporary:
    temporary.write_text("ha")
    print("half", flush=True)
    time.sleep(20)
"""


def test_a_writer_killed_in_the_middle_leaves_the_old_file_and_sweep_clears_up_after_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file.safetensors"
    write_text(path, "old")
    kill_in_the_middle(HALF, path)
    assert list(tmp_path.rglob("[!.]*.safetensors")) == [path]
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "old"


def test_the_next_write_of_the_same_file_clears_up_after_one_that_was_killed(
    tmp_path: Path,
) -> None:
    """No command sweeps a folder that a user names, as of `--write-json`."""
    path, other = tmp_path / "file [1]", tmp_path / f"{TEMPORARY}abcdefgh-another"
    kill_in_the_middle(HALF, path)
    other.touch()
    write_text(path, "new")
    assert set(tmp_path.iterdir()) == {path, other}
    assert path.read_text() == "new"


def test_a_sweep_before_a_new_temporary_file_is_locked_costs_no_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[str] = []
    make = tempfile.mkstemp

    def made_and_swept(**options: Any) -> tuple[int, str]:
        handle, name = make(**options)
        if not swept:  # as another process may, at that very moment
            swept.append(name)
            sweep(tmp_path)
        return handle, name

    monkeypatch.setattr(tempfile, "mkstemp", made_and_swept)
    with whole_file(tmp_path / "file") as temporary:
        assert str(temporary) not in swept
        sweep(tmp_path)
        temporary.write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_sweep_leaves_alone_what_is_no_temporary_file(tmp_path: Path) -> None:
    for name in (".hidden", "file", ".onpar", "onpar-1-file"):
        (tmp_path / name).touch()
    before = sorted(tmp_path.iterdir())
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == before
    sweep(tmp_path / "absent")


def test_a_link_stays_and_the_file_that_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    file, link, second = tmp_path / "there" / "file", tmp_path / "link", tmp_path / "second"
    link.symlink_to(Path("there") / "file")
    second.symlink_to(link)
    for text in ("made", "again"):
        write_text(second, text)
        assert link.is_symlink() and second.is_symlink()
        assert file.read_text() == text
    assert [path.name for path in file.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("kind", ["link", "link to nothing", "links in a circle", "pipe"])
def test_in_a_build_folder_a_link_or_a_pipe_is_replaced_itself(tmp_path: Path, kind: str) -> None:
    outside, path = tmp_path / "outside", tmp_path / "build" / "file"
    path.parent.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if kind == "links in a circle" else outside)
    if kind == "link":
        outside.write_text("important")
    write_text(path, "new", follow_links=False)
    assert not path.is_symlink() and path.read_text() == "new"
    assert (outside.read_text() if outside.exists() else "important") == "important"


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        write_text(tmp_path / "a", "")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_device_is_written_to_and_stays_a_device(tmp_path: Path) -> None:
    before = Path(os.devnull).stat()
    (tmp_path / "link").symlink_to(os.devnull)
    for path in (Path(os.devnull), tmp_path / "link"):
        write_text(path, "into nothing")
    assert stat.S_ISCHR(before.st_mode)
    assert Path(os.devnull).stat().st_ino == before.st_ino
    assert (tmp_path / "link").is_symlink()
    with pytest.raises(OSError, match="No space left"):
        write_text(Path("/dev/full"), "no room")


def test_a_pipe_gets_what_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_text(pipe, "through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


TO_STDOUT = """
import pathlib
from onpar.parity.files.atomic import write_text
print("before")
write_text(pathlib.Path("/dev/stdout"), "written\\n")
print("after")
"""


@pytest.mark.parametrize("mode", ["w", "a"])
def test_standard_output_keeps_its_order_in_a_file_and_in_a_pipe(tmp_path: Path, mode: str) -> None:
    command = [sys.executable, "-c", TO_STDOUT]
    expected = "before\nwritten\nafter\n"
    assert subprocess.run(command, capture_output=True, text=True).stdout == expected
    with (tmp_path / "file").open(mode) as file:
        subprocess.run(command, stdout=file, check=True)
    assert (tmp_path / "file").read_text() == expected


def test_nothing_half_made_reaches_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(pipe, pieces())
    assert os.read(reader, 100) == b""
    os.close(reader)
