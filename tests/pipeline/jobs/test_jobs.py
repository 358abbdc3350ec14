"""Jobs run side by side while they fit; one that dies is named, and the others go on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from job_calls import check_call
from processes import left_of_session, of_session

from onpar.pipeline.build_folder.code import file_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Done, Job, Watch, available_memory, run_job, run_jobs
from onpar.pipeline.paths import ROOT

Spans = list[list[float]]

SILENT = Watch(lambda name, done, of: None, lambda name: None)


def job(function: str, name: str = "", cores: int = 1, memory: int = 1, **arguments: Any) -> Job:
    return Job(name or function, f"job_samples:{function}", arguments, cores, memory)


def run(tmp_path: Path, *jobs: Job) -> list[Done]:
    return run_jobs(jobs, tmp_path / "logs", SILENT)


def test_results_come_in_the_order_of_the_jobs(tmp_path: Path) -> None:
    jobs = [job("add", f"job {i}", a=i, b=10) for i in range(4)]
    assert [done.result for done in run(tmp_path, *jobs)] == [10, 11, 12, 13]
    assert run_job(jobs[0], tmp_path, SILENT) == 10
    assert run(tmp_path) == []


def test_what_libraries_print_is_no_reply_and_goes_to_the_log(tmp_path: Path) -> None:
    [done] = run(tmp_path, job("noise", text="returned"))
    assert (done.result, done.error) == ("returned", "")
    log = (tmp_path / "logs" / "noise.log").read_text()
    assert "a library greets you" in log
    assert "printed, not returned" in log
    assert "written below Python" in log


@pytest.mark.parametrize("exists", [True, False])
def test_a_log_that_is_a_link_is_replaced_and_the_file_it_leads_to_stays(
    tmp_path: Path, exists: bool
) -> None:
    """A build folder may come from somebody else."""
    log, outside = tmp_path / "logs" / "noise.log", tmp_path / "outside"
    log.parent.mkdir()
    if exists:
        outside.write_text("important")
    log.symlink_to(outside)
    [done] = run(tmp_path, job("noise", text="returned"))
    assert done.result == "returned"
    assert not log.is_symlink() and "a library greets you" in log.read_text()
    assert (outside.read_text() if outside.exists() else "") == ("important" if exists else "")


def test_a_log_that_is_a_pipe_is_replaced_and_nothing_waits_for_its_reader(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "noise.log"
    log.parent.mkdir()
    os.mkfifo(log)
    [done] = run(tmp_path, job("noise", text="returned"))
    assert done.result == "returned"
    assert log.is_file() and "a library greets you" in log.read_text()


def test_a_log_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "noise.log"
    log.mkdir(parents=True)
    [done] = run(tmp_path, job("noise", text="returned"))
    assert done.error.startswith(f"{log}: the job's log cannot be written (")
    assert done.error.endswith("; remove it, or write elsewhere with --build DIR")


def test_progress_is_told_while_the_job_runs(tmp_path: Path) -> None:
    told: list[tuple[str, int, int] | str] = []
    watch = Watch(lambda *step: told.append(step), told.append)
    run_jobs([job("steps", of=3)], tmp_path, watch)
    assert told == [("steps", n, of) for n, of in ((0, 0), (1, 3), (2, 3), (3, 3))] + ["steps"]


@pytest.mark.parametrize(
    ("dying", "said"),
    [
        (job("die", number=signal.SIGKILL), "signal 9; the system kills a process that takes too"),
        (job("die", number=signal.SIGSEGV), "signal 11"),
        (job("die_in_a_reply"), "signal 9"),
        (job("leave", code=7), "its process ended with 7"),
        (job("fail"), "ZeroDivisionError: a fault of ours (details: "),
        (replace(job("add"), call="job_samples:absent"), "AttributeError: "),
        (replace(job("add"), call="absent:add"), "ModuleNotFoundError: No module named 'absent'"),
    ],
    ids=lambda value: value.name if isinstance(value, Job) else None,
)
def test_one_that_dies_is_named_with_its_log_and_the_others_go_on(
    tmp_path: Path, dying: Job, said: str
) -> None:
    died, well = run(tmp_path, replace(dying, name="dying"), job("add", a=1, b=2))
    assert said in died.error
    assert f"(details: {tmp_path / 'logs' / 'dying.log'})" in died.error
    assert "\n" not in died.error
    assert (well.result, well.error) == (3, "")


def test_what_a_user_can_mend_is_said_without_a_log(tmp_path: Path) -> None:
    [done] = run(tmp_path, job("refuse"))
    assert done.error == "the seed must be a number"
    with pytest.raises(OnparError, match=r"^the seed must be a number$"):
        run_job(job("refuse"), tmp_path, SILENT)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    [done] = run(tmp_path, job("fill_the_disk", path="x"))
    assert done.error.startswith("input/output: No space left on device; free some space, or ")


LONG = 0.5
"""Seconds, in which another process that was started too soon mostly begins."""


def spans(tmp_path: Path, *needs: tuple[int, int], meeting: tuple[int, ...] = ()) -> Spans:
    """When jobs with these cores and memory ran. Those that are `meeting` wait for one another,
    which is how a busy machine's are known to run together."""
    jobs = [
        job("span", f"{i}", *need, seconds=LONG, **met(tmp_path, i, meeting))
        for i, need in enumerate(needs)
    ]
    return [done.result for done in run(tmp_path, *jobs)]


def met(tmp_path: Path, index: int, meeting: tuple[int, ...]) -> dict[str, Any]:
    if index not in meeting:
        return {}
    return {"mine": str(tmp_path / f"{index}"), "all_of": [str(tmp_path / f"{i}") for i in meeting]}


def at_once(spans: Spans) -> set[tuple[int, int]]:
    """The pairs of jobs that ran at the same time."""
    return {
        (a, b)
        for (a, (first, last)), (b, (begin, end)) in combinations(enumerate(spans), 2)
        if first < end and begin < last
    }


def test_jobs_run_together_while_the_cores_suffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr("onpar.pipeline.jobs.scheduler.available_memory", lambda: 100)
    together = at_once(spans(tmp_path, (2, 1), (2, 1), (1, 1), meeting=(0, 2)))
    assert (0, 2) in together
    assert (0, 1) not in together


def test_jobs_run_together_while_the_memory_suffices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr("onpar.pipeline.jobs.scheduler.available_memory", lambda: 100)
    together = at_once(spans(tmp_path, (1, 60), (1, 60), (1, 40), meeting=(0, 2)))
    assert (0, 2) in together
    assert (0, 1) not in together


def test_a_job_that_needs_more_than_there_is_runs_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr("onpar.pipeline.jobs.scheduler.available_memory", lambda: 100)
    assert at_once(spans(tmp_path, (1, 500), (9, 1), (1, 1))) == set()


def test_jobs_on_one_device_run_one_at_a_time_and_take_no_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr("onpar.pipeline.jobs.scheduler.available_memory", lambda: 100)
    devices = ("", "one", "one", "other")
    jobs = [
        replace(
            job("span", f"{i}", 0 if device else 2, seconds=LONG, **met(tmp_path, i, (0, 1, 3))),
            alone_on=device,
        )
        for i, device in enumerate(devices)
    ]
    together = at_once([done.result for done in run(tmp_path, *jobs)])
    assert (1, 2) not in together
    assert {(0, 1), (0, 3), (1, 3)} <= together


def test_a_job_starts_after_those_that_it_needs(tmp_path: Path) -> None:
    first = job("span", "first", seconds=0.4)
    second = replace(job("span", "second", seconds=0.1), after=("first",))
    (_, end), (begin, _) = [done.result for done in run(tmp_path, first, second)]
    assert begin >= end


def test_a_job_that_needs_one_that_failed_says_so_and_does_not_run(tmp_path: Path) -> None:
    last = replace(job("span", "last", seconds=0), after=("second",))
    second = replace(job("span", "second", seconds=0), after=("refuse",))
    _, then, never = run(tmp_path, job("refuse"), second, last)
    assert then.error == "refuse failed: the seed must be a number"
    assert never.error == f"second failed: {then.error}"
    assert not (tmp_path / "logs" / "last.log").exists()


def test_there_is_memory() -> None:
    assert available_memory() > 1 << 20


PARENT = """
import sys
from pathlib import Path
from onpar.pipeline.jobs import scheduler
from onpar.pipeline.jobs.scheduler import Job, Watch, run_jobs
out = Path(sys.argv[1])
if "start_a_program" in sys.argv:  # no job needs PyTorch, which takes seconds
    scheduler.PRELOADED_ALWAYS = ()
jobs = [Job(n, f"job_samples:{n}", {"path": str(out / n)}, 0, 1) for n in sys.argv[2:]]
run_jobs(jobs, out / "logs", Watch(lambda *_: None, lambda _: None))
"""


def constants(text: str) -> dict[str, str]:
    """The constants of a source file that name a module of onpar, its own and imported ones."""
    own = dict(re.findall(r'^([A-Z_]+) = "(onpar\.[\w.]+)"$', text, re.M))
    for module, names in re.findall(r"^from (onpar[\w.]+) import (\([^)]*\)|.*)$", text, re.M):
        for name in re.findall(r"\b[A-Z_]*JOB\b", names):
            file = file_of(module)
            assert file, module
            own[name] = constants(file.read_text("utf-8"))[name]
    return own


def job_names() -> set[str]:
    """Every `module:function` of the code, written out or by a constant that names the module."""
    found = set[str]()
    for path in (ROOT / "pipeline").rglob("*.py"):
        text = path.read_text("utf-8")
        found |= set(re.findall(r'"(onpar\.[\w.]+:\w+)"', text))
        for name, function in re.findall(r'f"\{([A-Z_]*JOB)\}:(\w+)"', text):
            found.add(f"{constants(text)[name]}:{function}")
    return found


def test_every_function_that_a_job_names_is_there() -> None:
    names = job_names()
    assert len(names) >= 10
    for name in names:
        check_call(name)


@pytest.mark.parametrize(
    ("call", "arguments", "said"),
    [
        ("onpar.pipeline.export.job:export", {}, "there is no such module"),
        ("onpar.pipeline.export.export_job:no", {}, "has no such function"),
        ("onpar.pipeline.export.export_job:export_artifact", {"choice": {}}, "takes ['choice', "),
    ],
)
def test_a_job_that_cannot_be_called_is_found(call: str, arguments: Any, said: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(said)):
        check_call(call, arguments)


@contextmanager
def running(tmp_path: Path, *functions: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command with these jobs, in a session of its own."""
    command = [sys.executable, "-c", PARENT, str(tmp_path), *functions]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, start_new_session=True
    ) as parent:
        try:
            yield parent
        finally:
            parent.kill()


NEVER_ENDING = ("wait_for", "hold_the_interpreter", "start_a_program")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_job_and_no_program_of_a_job_lives_for_a_second_longer_than_the_command(
    tmp_path: Path, number: int
) -> None:
    with running(tmp_path, *NEVER_ENDING) as parent:
        notes = [tmp_path / name for name in NEVER_ENDING]
        while not all(note.exists() and note.read_text() for note in notes):
            assert parent.poll() is None
            time.sleep(0.05)
        assert {int(note.read_text()) for note in notes} < of_session(parent.pid).keys()
        parent.send_signal(number)
        assert parent.wait(20) != 0
    assert left_of_session(parent.pid, 1) == {}


@pytest.mark.parametrize("seconds", [0.3, 1.5])
def test_killed_while_the_jobs_are_being_started_it_leaves_nothing(
    tmp_path: Path, seconds: float
) -> None:
    with running(tmp_path, "wait_for") as parent:
        time.sleep(seconds)
        parent.kill()
        parent.wait()
    assert left_of_session(parent.pid, 1) == {}
