"""Functions that the tests' jobs call, each in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from onpar.parity.image.decode import decode
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs import child
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.jobs.parent_death import ending


def add(a: int, b: int) -> int:
    return a + b


def recorded(call: str, arguments: dict[str, Any], out: str) -> Any:
    """Call `module:function`, and write down which modules of onpar are loaded then."""
    module, _, function = call.partition(":")
    result = getattr(import_module(module), function)(**arguments)
    Path(out).write_text(json.dumps([name for name in sys.modules if name.startswith("onpar.")]))
    return result


def noise(text: str) -> str:
    """Print what libraries print, in Python and below it, and what looks like a reply."""
    print("a library greets you")
    print('{"result": "printed, not returned"}')
    os.write(1, b'{"error": "written below Python"}\n')
    sys.stdout.flush()
    return text


def steps(of: int) -> None:
    for done in range(of):
        progress(done + 1, of)


def span(seconds: float, mine: str = "", all_of: Sequence[str] = ()) -> list[float]:
    """When it ran: the machine's clock at its start and at its end. It makes the file `mine`, and
    waits for the others'."""
    started = time.monotonic()
    if mine:
        Path(mine).touch()
    while not all(Path(one).exists() for one in all_of) and time.monotonic() < started + 30:
        time.sleep(0.01)
    time.sleep(seconds)
    return [started, time.monotonic()]


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def die_in_a_reply() -> None:
    assert child._replies is not None
    # The head of a message of 100 bytes, as a connection writes it, and nothing behind it.
    os.write(child._replies.fileno(), (100).to_bytes(4, "big") + b'{"resu')
    os.kill(os.getpid(), signal.SIGKILL)


def leave(code: int) -> None:
    os._exit(code)


def refuse() -> None:
    raise OnparError("the seed must be a number")


def fail() -> None:
    raise ZeroDivisionError("a fault of ours\nthat nobody foresaw")


def fill_the_disk(path: str) -> None:
    with Path("/dev/full").open("w") as file:
        file.write(path)


def look_at(path: str) -> None:
    decode(Path(path).read_bytes(), Path(path).name)


def imported(name: str) -> bool:
    """Whether a module was there before the job began."""
    return name in sys.modules


def hold_the_interpreter(path: str) -> None:
    """Note this process's id, and let no other thread of it run again."""
    Path(path).write_text(str(os.getpid()))
    re.match(r"(a+)+$", "a" * 60 + "b")


def start_a_program(path: str) -> None:
    """Note the id of a program that never ends by itself, and wait for it."""
    with subprocess.Popen(["sleep", "600"], preexec_fn=ending) as program:
        Path(path).write_text(str(program.pid))


def wait_for(path: str) -> None:
    """Note this process's id, and never end by itself."""
    Path(path).write_text(str(os.getpid()))
    time.sleep(600)
