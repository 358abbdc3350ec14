"""One command at a time writes into a build folder; the lock leaves nothing to clear up."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from calls import SEEDED, refusal
from filelock import BaseFileLock
from here import onpar_here
from permissions import bound

from onpar.parity.files.atomic import TEMPORARY
from onpar.pipeline.build_folder.build_lock import LOCK, build_lock
from onpar.pipeline.build_folder.disk_use import ENVIRONMENTS, KINDS
from onpar.pipeline.build_folder.file_lock import acquire
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import ROOT, Build

HOLDER = """
import sys
from pathlib import Path
from onpar.pipeline.build_folder.build_lock import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""

COUNTER = """
import sys
from pathlib import Path
from onpar.pipeline.build_folder.build_lock import build_lock
root, alone = map(Path, sys.argv[1:3])
for turn in range(int(sys.argv[3])):
    with build_lock(root):
        alone.mkdir()  # fails where another is in here too
        if turn % 2:
            (root / "file").touch()
            (root / "file").unlink()
        alone.rmdir()
"""

EXPORT = ["export", *SEEDED, "--format", "safetensors-fp32"]


@contextmanager
def held(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the folder until it is given a line, or killed."""
    command = [sys.executable, "-c", HOLDER, str(root)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as holder:  # type: ignore[call-overload]
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


@contextmanager
def waiting(build: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command that waits for the folder, and what it has said."""
    command = [sys.executable, "-m", "onpar", *EXPORT, "--build", str(build)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            yield process, process.stderr.readline()
        finally:
            process.kill()


@contextmanager
def stopped(process: subprocess.Popen[str]) -> Iterator[None]:
    """The process does nothing meanwhile: what it polls for changes at one moment."""
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    yield
    process.send_signal(signal.SIGCONT)


def test_a_second_command_says_for_whom_it_waits_and_then_goes_on(build: Path) -> None:
    with held(build) as holder, waiting(build) as (second, said):
        who = f"(pid {holder.pid} on {os.uname().nodename})"
        assert said == f"onpar: waiting for another onpar in {build}/ {who} …\n"
        time.sleep(0.2)
        assert second.poll() is None
        holder.communicate("go\n")
        assert second.wait(60) == 0
    assert not (build / LOCK).exists()


def test_the_lock_of_a_process_that_was_killed_holds_up_nobody(build: Path) -> None:
    with held(build) as holder:
        holder.kill()
    assert (build / LOCK).exists()
    done = onpar_here(*EXPORT, "--build", build)
    assert done.returncode == 0, done.stderr
    assert "waiting" not in done.stderr
    assert not (build / LOCK).exists()


def test_ctrl_c_ends_the_waiting(build: Path) -> None:
    with held(build), waiting(build) as (second, _):
        second.send_signal(signal.SIGINT)
        _, stderr = second.communicate(timeout=20)
    assert second.returncode == 130
    assert stderr.startswith("onpar: stopped;")


def test_who_only_reads_does_not_wait(wide_build: Path) -> None:
    with held(wide_build):
        for command in (("check", "--allow-unjudged"), ("env",)):
            done = onpar_here(*command, "--build", wide_build)
            assert (done.returncode, done.stderr) == (0, "")


def test_never_are_two_inside_though_the_folder_comes_and_goes(tmp_path: Path) -> None:
    root, alone = tmp_path / "new" / "build", tmp_path / "alone"
    command = [sys.executable, "-c", COUNTER, str(root), str(alone), "30"]
    many = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(6)]
    assert [one.wait(120) for one in many] == [0] * 6
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_was_there_stays_and_one_that_was_made_for_nothing_goes(
    tmp_path: Path,
) -> None:
    with build_lock(tmp_path / "a" / "b"):
        pass
    assert list(tmp_path.iterdir()) == []
    with build_lock(tmp_path / "a" / "b"):
        (tmp_path / "a" / "file").touch()
    with build_lock(tmp_path / "a"):
        pass
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["file"]


def test_make_clean_in_the_middle_does_not_take_the_next_ones_lock_away(tmp_path: Path) -> None:
    build = tmp_path / "build"
    with ExitStack() as stack:
        with build_lock(build):
            shutil.rmtree(build)
            stack.enter_context(held(build))
        assert (build / LOCK).exists()


def test_half_written_files_are_removed_from_every_folder_of_the_build(tmp_path: Path) -> None:
    folders = [tmp_path, *(tmp_path / kind / "below" for kind in KINDS)]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{TEMPORARY}left-report.html").touch()
        (folder / "report.html").touch()
    with build_lock(tmp_path):
        pass
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ["report.html"] * len(folders)


def test_a_job_that_outlives_its_command_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    dying = tmp_path / "artifacts" / f"{TEMPORARY}model.onnx"
    dying.parent.mkdir()
    writer = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); "
    command = [sys.executable, "-c", writer + "print(flush=True); time.sleep(1)", str(dying)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as job:
        assert job.stdout is not None and job.stdout.readline()
        with build_lock(tmp_path):
            assert not dying.exists()


def test_the_kinds_are_the_folders_of_a_build() -> None:
    names = [name for name, value in vars(Build).items() if isinstance(value, property)]
    paths = [getattr(Build(Path("build")), name) for name in names]
    assert {path.name for path in paths if not path.suffix} == {*KINDS, ENVIRONMENTS}


def test_a_folder_that_cannot_be_written_is_refused_with_a_way_out(tmp_path: Path) -> None:
    for build in (tmp_path, tmp_path / "absent"):
        tmp_path.chmod(0o555)
        command = [*bound(), sys.executable, "-m", "onpar", *EXPORT, "--build", str(build)]
        done = subprocess.run(command, capture_output=True, text=True)
        tmp_path.chmod(0o755)
        assert done.returncode == 2
        assert done.stderr == (
            f"onpar: {build}: cannot be written (Permission denied); name a folder of your own "
            "with --build DIR\n"
        )
    assert list(tmp_path.iterdir()) == []


NO_FOLDER = "name a folder of your own with --build DIR"


def test_in_a_deleted_working_directory_it_is_refused_at_once(tmp_path: Path) -> None:
    script = 'mkdir "$1" && cd "$1" && rmdir "$1" && shift && exec "$@"'
    begin = ["sh", "-c", script, "sh", str(tmp_path / "gone")]
    command = [*begin, sys.executable, "-P", "-m", "onpar", "export", "--recipe", "no-such"]

    def refused_with(*words: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, *words], capture_output=True, text=True, env=environment, timeout=60
        )
        assert done.returncode == 2
        return done.stderr

    assert refused_with() == (
        "onpar: build: the working directory has been deleted; change to one that exists, or "
        f"{NO_FOLDER}, by its absolute path\n"
    )
    # With the remedy it comes as far as the recipe.
    assert "unknown recipe 'no-such'" in refused_with("--build", str(tmp_path / "build"))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_below_a_root_where_nothing_can_be_made_it_is_refused_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(OnparError, match=rf"^/proc/onpar/build: cannot be written .*; {NO_FOLDER}"):
        build_lock(Path("/proc/onpar/build")).__enter__()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("below", "why"), [("file/build", "Not a directory"), ("a" * 300, "File name too long")]
)
def test_a_path_that_no_folder_can_have_is_refused(tmp_path: Path, below: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OnparError, match=rf"{below}: cannot be written \({why}\); {NO_FOLDER}$"):
        build_lock(tmp_path / below).__enter__()


def test_a_folder_that_is_replaced_by_a_file_while_one_waits_for_it_is_refused(
    tmp_path: Path,
) -> None:
    build = tmp_path / "build"
    with held(build), waiting(build) as (second, said):
        assert "waiting for another onpar" in said
        with stopped(second):
            build.rename(tmp_path / "moved")
            build.touch()
        assert second.wait(30) == 2
        assert second.stderr is not None
        assert second.stderr.read() == (
            f"onpar: {build}: cannot be written (it is not a folder); {NO_FOLDER}\n"
        )


@pytest.mark.parametrize("before", [True, False], ids=["before it is locked", "once it is"])
def test_whenever_a_file_takes_the_folders_place_the_refusal_is_the_same(
    before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = tmp_path / "build"

    def replaced_by_a_file(lock: BaseFileLock, what: str) -> None:
        if not before:
            acquire(lock, what)
        build.rename(tmp_path / "moved")
        build.touch()
        if before:
            acquire(lock, what)

    monkeypatch.setattr("onpar.pipeline.build_folder.build_lock.acquire", replaced_by_a_file)
    with pytest.raises(
        OnparError, match=rf"cannot be written \(it is not a folder\); {NO_FOLDER}$"
    ):
        build_lock(build).__enter__()


def test_a_folder_that_vanishes_while_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, vanishing, mkdir = tmp_path / "build", [True], os.mkdir

    def vanishes(path: Path, mode: int = 0o777) -> None:
        if vanishing:
            vanishing.clear()
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        mkdir(path, mode)

    monkeypatch.setattr(os, "mkdir", vanishes)
    with build_lock(build):
        assert (build / LOCK).exists()
    assert not vanishing


def test_a_folder_that_is_removed_while_one_waits_for_it_is_made_again(tmp_path: Path) -> None:
    build = tmp_path / "build"
    command = [sys.executable, "-c", HOLDER, str(build)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with held(build), subprocess.Popen(command, text=True, **pipes) as second:  # type: ignore[call-overload]
        assert "waiting for another onpar" in second.stderr.readline()
        with stopped(second):
            shutil.rmtree(build)
        assert second.stdout.readline() == "held\n"
        assert (build / LOCK).exists()
        second.communicate("go\n")


def test_a_file_system_without_locks_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(handle: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(OnparError, match=r"cannot lock files \(No locks available\)"):
        build_lock(tmp_path / "build").__enter__()


def test_a_refused_command_leaves_no_folder_behind(tmp_path: Path) -> None:
    refusal("export", "--recipe", "no-such", "--build", tmp_path / "a" / "build")
    assert list(tmp_path.iterdir()) == []
