"""Parallel jobs within the machine's cores and memory, each in a separate process.

The processes are forked from one that has imported PyTorch and the modules that the jobs name
(`onpar.pipeline.jobs.preloaded`). The imports take 5 to 15 s, which separate processes would spend
40 times in `onpar parity`.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.child import run_child
from onpar.pipeline.jobs.parent_death import COMMAND
from onpar.pipeline.jobs.preload import MODULES, PRELOADED_ALWAYS
from onpar.pipeline.jobs.start_process import start_process

START = "forkserver" if sys.platform == "linux" else "spawn"
"""How processes start. macOS's libraries do not survive a fork, so each process imports again
there."""


@dataclass(frozen=True)
class Job:
    """A function to call in a separate process; its arguments and its result are JSON.

    `cores` and `memory` (bytes) are its requirements; jobs run in parallel while they fit. `after`
    names earlier jobs of the same call that must succeed before it starts. Of the jobs that are
    `alone_on` the same device, one runs at a time. `imports` names slow imports, for this job or
    for those of later calls: the imports of the first call are shared.
    """

    name: str
    call: str
    arguments: dict[str, Any]
    cores: int
    memory: int
    after: tuple[str, ...] = ()
    alone_on: str = ""
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """A finished job: its start (`time.monotonic`), and its result or its error."""

    job: Job
    started: float
    seconds: float
    result: Any = None
    error: str = ""


@dataclass(frozen=True)
class Watch:
    """Receives the progress of jobs.

    `step` gets a job's name, the steps done, and their total; (name, 0, 0) when it starts. `end`
    gets the name of a job that has ended, with success or not.
    """

    step: Callable[[str, int, int], None]
    end: Callable[[str], None]


@dataclass
class _Running:
    job: Job
    process: BaseProcess
    log: Path
    started: float = field(default_factory=time.monotonic)
    reply: dict[str, Any] = field(default_factory=dict)


def run_jobs(jobs: Sequence[Job], logs: Path, watch: Watch) -> list[Done]:
    """Run the jobs, as many in parallel as fit; a failed job stops only those that come `after` it.

    The output of a job goes to `logs`/<name>.log. Results are in the order of the jobs. On Ctrl-C
    the processes are stopped, and KeyboardInterrupt is raised again. They always end with this
    process. Any thread may call this.
    """
    assert all(set(job.after) <= {one.name for one in jobs[:i]} for i, job in enumerate(jobs))
    waiting, running = list(jobs), dict[Connection, _Running]()
    cores, memory = os.cpu_count() or 1, available_memory()
    done: dict[str, Done] = {}
    logs.mkdir(parents=True, exist_ok=True)
    os.environ[COMMAND] = str(os.getpid())
    os.environ[MODULES] = " ".join(
        sorted({*PRELOADED_ALWAYS, *(m for job in jobs for m in job.imports)})
    )
    try:
        while waiting or running:
            for job in list(waiting):
                failed = [name for name in job.after if name in done and done[name].error]
                if failed:
                    waiting.remove(job)
                    why = f"{failed[0]} failed: {done[failed[0]].error}"
                    done[job.name] = Done(job, time.monotonic(), 0.0, error=why)
                elif done.keys() >= set(job.after) and _fits(job, running, cores, memory):
                    waiting.remove(job)
                    connection, one = _start(job, logs)
                    running[connection] = one
                    watch.step(job.name, 0, 0)
            ready = wait(list(running)) if running else []
            for connection in [one for one in running if one in ready]:
                one = running[connection]
                if not _read(connection, one, watch):
                    del running[connection]
                    done[one.job.name] = _ended(one)
                    watch.end(one.job.name)
    except BaseException:
        for one in running.values():
            one.process.kill()
            one.process.join()
        raise
    return [done[job.name] for job in jobs]


def run_job(job: Job, logs: Path, watch: Watch) -> Any:
    """Run one job and give its result. Raises OnparError if it fails."""
    done = run_jobs([job], logs, watch)[0]
    if done.error:
        raise OnparError(done.error)
    return done.result


def available_memory() -> int:
    """Bytes that can be allocated without swapping; 8 GiB is assumed if the system does not report
    it."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 8 << 30


def _fits(job: Job, running: dict[Connection, _Running], cores: int, memory: int) -> bool:
    busy = [one.job for one in running.values()]
    if job.alone_on and any(one.alone_on == job.alone_on for one in busy):
        return False
    free_cores, free_memory = (
        cores - sum(j.cores for j in busy),
        memory - sum(j.memory for j in busy),
    )
    return not busy or (job.cores <= free_cores and job.memory <= free_memory)


def _start(job: Job, logs: Path) -> tuple[Connection, _Running]:
    # OpenMP's threads spin while they wait. With other processes on the cores, a 0.2 s run of
    # MobileNetV3 took 17 s (2 cores, 3 busy processes). Read when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    context = multiprocessing.get_context(START)
    assert isinstance(context, ForkServerContext | SpawnContext)
    context.set_forkserver_preload(["onpar.pipeline.jobs.preloaded"])
    log = logs / f"{job.name.replace('/', '-')}.log"
    ours, theirs = context.Pipe(duplex=False)
    # The process that it is forked from has the environment of the first job.
    environment = dict(os.environ)
    process = context.Process(
        target=run_child,
        args=(job.call, job.arguments, theirs, str(log.absolute()), environment),
        daemon=True,
    )
    start_process(process, START == "forkserver")
    theirs.close()
    return ours, _Running(job, process, log)


def _read(connection: Connection, one: _Running, watch: Watch) -> bool:
    """Read one message; False if the process has closed its end, even in the middle of a
    message."""
    try:
        message = json.loads(connection.recv_bytes())
    except (EOFError, OSError):
        connection.close()
        return False
    if "of" in message:
        watch.step(one.job.name, message["done"], message["of"])
    else:
        one.reply = message
    return True


def _ended(one: _Running) -> Done:
    one.process.join()
    seconds, code = time.monotonic() - one.started, one.process.exitcode or 0
    if "result" in one.reply:
        return Done(one.job, one.started, seconds, result=one.reply["result"])
    if "error" in one.reply:
        detail = f" (details: {one.log})" if code == 1 else ""
        return Done(one.job, one.started, seconds, error=one.reply["error"] + detail)
    cause = f"signal {-code}" if code < 0 else code
    hint = "; the system kills a process that takes too much memory" if cause == "signal 9" else ""
    error = f"its process ended with {cause}{hint} (details: {one.log})"
    return Done(one.job, one.started, seconds, error=error)
