"""The apps' code on this machine, in a process of its own: their command lines capture alike."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending
from onpar.pipeline.targets import Order

PATIENCE = 600.0
"""Seconds without another capture after which one hangs: a photo at 400×400 takes below 10."""


def run_host(
    name: str, command: Sequence[str], prefix: str, order: Order, done: Callable[[int], None]
) -> None:
    """Start an app's command line once for all photos, and wait for its end.

    `name` is what people call the program. Raises OnparError for what it says behind `prefix` that
    its user can mend.
    """
    words = [*command, "--model", str(order.model)]
    words += ["--threads", str(order.threads), "--runs", str(order.measured)]
    for one in order.photographs:
        words += ["--image", str(one.image), "--case", one.case, "--out", str(one.out)]
    outs = [one.out for one in order.photographs]
    with tempfile.TemporaryFile() as file:
        # Java takes the encoding of file names and of what it says from the locale.
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment,
            preexec_fn=ending,
        )
        try:
            wait(process, outs, done)
        finally:
            process.kill()
            process.wait()
        file.seek(0)
        said = file.read().decode(errors="replace")
    if process.returncode:
        raise _failure(name, prefix, process.returncode, said)


def _failure(name: str, prefix: str, code: int, said: str) -> Exception:
    """What its user can mend it says in one line, with exit code 2; the rest is a crash."""
    lines = [line for line in said.splitlines() if line.strip()]
    sentences = [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]
    if code == 2 and sentences:
        return OnparError(sentences[-1])
    return crashed(name, code, said)


def wait(
    process: subprocess.Popen[bytes], outs: Sequence[Path], done: Callable[[int], None]
) -> None:
    """Until it has ended; `done` is told how many of the captures are there. Raises OnparError
    where it hangs."""
    written, since = 0, time.monotonic()
    while True:
        try:
            process.wait(0.1)
            return
        except subprocess.TimeoutExpired:
            pass
        before, written = written, sum(out.exists() for out in outs)
        if written > before:
            done(written)
            since = time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise OnparError(
                f"it hangs: {written} of {len(outs)} captures written, and no other for "
                f"{PATIENCE:.0f} s; run it by hand (docs/android.md, docs/ios.md) to see where"
            )


def crashed(name: str, code: int, said: str) -> RuntimeError:
    """What the program died of that nobody foresaw; all that it said is in the job's log."""
    print(said)
    lines = [line.strip() for line in said.splitlines() if line.strip() and "WARN" not in line]
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    return RuntimeError(
        f"{name} ended with {cause}: {lines[0][:200] if lines else 'it said nothing'}"
    )
