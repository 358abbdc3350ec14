"""The apps' code on this machine, in a separate process: their command lines work alike."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from onpar.parity.files.lines import lines_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending
from onpar.pipeline.targets.target import Order

PATIENCE = 600.0
"""After so many seconds without a new capture, the process counts as hanging: a photo at 400×400
takes less than 10."""


def run_host(
    name: str, command: Sequence[str], prefix: str, order: Order, done: Callable[[int], None]
) -> None:
    """Start an app's command line once for all photos, and wait for its end.

    `name` is the program's name in messages. Raises OnparError with its output after `prefix`,
    which is an error that the user can fix.
    """
    words = [*command, "--model", str(order.model)]
    words += ["--threads", str(order.threads), "--runs", str(order.measured)]
    for one in order.photographs:
        words += ["--image", str(one.image), "--case", one.case, "--out", str(one.out)]
    outs = [one.out for one in order.photographs]
    with tempfile.TemporaryFile() as file:
        # Java takes the encoding of file names and of its output from the locale.
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
    """Exit code 2 and one line of output is an error that the user can fix; the rest is a crash."""
    lines = [line for line in lines_of(said) if line.strip()]
    sentences = [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]
    if code == 2 and sentences:
        return OnparError(sentences[-1])
    return crashed(name, code, said)


def wait(
    process: subprocess.Popen[bytes], outs: Sequence[Path], done: Callable[[int], None]
) -> None:
    """Wait for the end of the process; `done` gets the number of captures. Raises OnparError if it
    hangs."""
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
    """The cause of an unexpected crash; the whole output is in the job's log."""
    print(said)
    lines = [line.strip() for line in said.splitlines() if line.strip() and "WARN" not in line]
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    return RuntimeError(f"{name} ended with {cause}: {lines[0][:200] if lines else 'no output'}")
