"""Jobs side by side within the machine's cores and memory, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import OnparError


@dataclass(frozen=True)
class Job:
    """A function to call in a process of its own; its arguments and result are JSON.

    `cores` and `memory` (bytes) are what it needs; jobs run together while they fit.
    """

    name: str
    call: str
    arguments: dict[str, Any]
    cores: int
    memory: int


@dataclass(frozen=True)
class Done:
    """How a job ended: its result, or why there is none."""

    job: Job
    seconds: float
    result: Any = None
    error: str = ""


@dataclass(frozen=True)
class Watch:
    """Told how jobs are getting on, from any thread.

    `step` takes a job's name, the steps done, and of how many; (name, 0, 0) when it starts. `end`
    takes the name of a job that has ended, well or not.
    """

    step: Callable[[str, int, int], None]
    end: Callable[[str], None]


def run_jobs(jobs: Sequence[Job], logs: Path, watch: Watch) -> list[Done]:
    """Run the jobs, as many at once as fit; a failing one does not stop the others.

    What a job prints goes to `logs`/<name>.log. Results come in the order of the jobs. On Ctrl-C
    the processes are stopped, and KeyboardInterrupt goes on.
    """
    waiting, running = list(jobs), dict[Future[Done], Job]()
    processes: list[subprocess.Popen[str]] = []
    cores, memory = os.cpu_count() or 1, available_memory()
    results: dict[str, Done] = {}
    logs.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=cores) as pool:
        try:
            while waiting or running:
                for job in list(waiting):
                    busy = running.values()
                    free_cores = cores - sum(j.cores for j in busy)
                    free_memory = memory - sum(j.memory for j in busy)
                    if not running or (job.cores <= free_cores and job.memory <= free_memory):
                        waiting.remove(job)
                        running[pool.submit(_run, job, logs, watch, processes)] = job
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    results[running.pop(future).name] = future.result()
        except BaseException:
            for process in processes:
                process.kill()
            raise
    return [results[job.name] for job in jobs]


def run_job(job: Job, logs: Path, watch: Watch) -> Any:
    """Run one job and give its result. Raises OnparError where it fails."""
    done = run_jobs([job], logs, watch)[0]
    if done.error:
        raise OnparError(done.error)
    return done.result


def available_memory() -> int:
    """Bytes that can be allocated without swapping; a guess of 8 GiB where no one tells."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 8 << 30


# Environment: OpenMP's threads spin while they wait; as soon as another process wants a core, that
# made a 0.2 s run of MobileNetV3 take 17 s (2 cores, 3 busy processes).
def _run(job: Job, logs: Path, watch: Watch, processes: list[subprocess.Popen[str]]) -> Done:
    started = time.monotonic()
    watch.step(job.name, 0, 0)
    log = logs / f"{job.name.replace('/', '-')}.log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={"OMP_WAIT_POLICY": "PASSIVE", **os.environ},
            text=True,
            encoding="utf-8",
        )
        processes.append(process)
        assert process.stdin is not None and process.stdout is not None
        with process:
            reply = _talk(process, job, watch)
    watch.end(job.name)
    seconds = time.monotonic() - started
    if "result" in reply:
        return Done(job, seconds, result=reply["result"])
    if "error" in reply:
        detail = f" (details: {log})" if process.returncode == 1 else ""
        return Done(job, seconds, error=reply["error"] + detail)
    cause = f"signal {-process.returncode}" if process.returncode < 0 else process.returncode
    hint = "; the system kills a process that takes too much memory" if cause == "signal 9" else ""
    return Done(job, seconds, error=f"its process ended with {cause}{hint} (details: {log})")


def _talk(process: subprocess.Popen[str], job: Job, watch: Watch) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    last: dict[str, Any] = {}
    try:
        # stdin stays open: the child ends itself when it closes.
        process.stdin.write(json.dumps({"call": job.call, "arguments": job.arguments}) + "\n")
        process.stdin.flush()
        for line in process.stdout:
            message = _message(line)
            if "of" in message:
                watch.step(job.name, message["done"], message["of"])
            else:
                last = message or last
    except BrokenPipeError:
        pass
    return last


def _message(line: str) -> dict[str, Any]:
    """Nothing for half a line of a child that was killed, or what Python's startup prints."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
