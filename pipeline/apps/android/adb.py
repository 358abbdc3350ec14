"""The Android Debug Bridge: the connected phones, and commands on one of them.

This calls the command `adb`, which phone makers document and which starts its own server.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shlex import join

from onpar.pipeline.apps.device_text import device_name, model_name, one_line
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending

COMMAND_TIMEOUT = 10.0
"""Timeout of a query, in seconds; starting the server takes 0.2."""

COMMAND = 30.0
"""Timeout, in seconds, of a command on a phone that neither copies nor computes."""

DAEMON_MESSAGES = re.compile(
    r"(?P<serial>\(no serial number\)|\S+)\s+(?P<state>no permissions|\S+)(?P<rest>.*)"
)
"""A line of `adb devices -l`."""

UNAUTHORIZED = "it has not allowed this computer: unlock it, and confirm `Allow USB debugging`"

STATES = {
    "unauthorized": UNAUTHORIZED,
    "authorizing": UNAUTHORIZED,
    "offline": "it does not answer (offline): unplug it, and plug it in again",
    "no permissions": (
        "this user may not use it: install udev's rules (Debian: "
        "android-sdk-platform-tools-common), and plug it in again"
    ),
}
"""Why a phone in a state other than `device` cannot be used."""

FAILURES = {
    r"unauthorized": STATES["unauthorized"],
    r"device offline": STATES["offline"],
    r"insufficient permissions|no permissions": STATES["no permissions"],
    r"device '.*' not found|no devices/emulators|error: closed|protocol fault": (
        "it was unplugged, or has restarted: plug it in, and run again"
    ),
    r"No space left on device|ENOSPC": "its storage is full: free some space on it, and run again",
}
"""Patterns in the output of adb and of a phone's shell, and their meaning."""


@dataclass(frozen=True)
class Phone:
    """A connected phone. `state` is `device` if it accepts commands."""

    serial: str
    state: str
    model: str

    @property
    def name(self) -> str:
        """Its model, and four digits of its serial number's digest, which distinguish two phones of
        one model without showing the number."""
        return device_name(self.model, self.serial)

    @property
    def refuses(self) -> str:
        """Why it cannot be used; empty if it can."""
        if self.serial.startswith("emulator-"):
            return "it is an emulator: a run there must not look like a run on a phone"
        other = f"it is in the state `{self.state}`: start Android on it"
        return "" if self.state == "device" else STATES.get(self.state, other)


@cache
def attached() -> tuple[tuple[Phone, ...], str]:
    """The connected phones, queried once per process; and why adb does not list them, if so."""
    if shutil.which("adb") is None:
        return (), "adb is not installed: run `make system`"
    try:
        done = subprocess.run(
            ["adb", "devices", "-l"],
            stdin=subprocess.DEVNULL,
            preexec_fn=ending,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMMAND_TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return (
            (),
            f"adb does not answer within {COMMAND_TIMEOUT:.0f} s: run `adb kill-server`, then "
            "again",
        )
    except OSError as error:
        return (), f"adb does not start: {error.strerror}"
    if done.returncode:
        return (), f"adb does not work here: {one_line(done.stderr or done.stdout)}"
    return parse_phones(done.stdout), ""


def parse_phones(said: str) -> tuple[Phone, ...]:
    """Parses the output of `adb devices -l` after its heading. Names come from the device, so they
    keep only characters that a file name may have."""
    found = []
    _, _, lines = said.partition("List of devices attached")
    for line in lines.splitlines():
        match = DAEMON_MESSAGES.match(line)
        if match:
            model = re.search(r"\bmodel:(\S+)", match["rest"])
            words = model_name(model[1]) if model else ""
            found.append(Phone(match["serial"], match["state"], words or "phone"))
    return tuple(found)


def shell(phone: Phone, *words: str, patience: float = COMMAND) -> str:
    """The output of a command on the phone. Its arguments are quoted for the phone's shell."""
    return _run(phone, ["shell", join(words)], patience)


def push(phone: Phone, files: Sequence[Path], folder: str, patience: float) -> None:
    """Copy files into an existing folder of the phone."""
    _run(phone, ["push", *map(str, files), folder + "/"], patience)


def pull(phone: Phone, out: Path, *words: str, patience: float) -> None:
    """Write the output of a command on the phone to `out`, byte by byte. Its exit code is lost, and
    its errors are part of the output: the reader of the file must validate it."""
    with out.open("wb") as file:
        _run(phone, ["exec-out", join(words)], patience, file.fileno())


def _run(phone: Phone, words: list[str], patience: float, out: int = subprocess.PIPE) -> str:
    try:
        done = subprocess.run(
            ["adb", "-s", phone.serial, *words],
            stdin=subprocess.DEVNULL,
            preexec_fn=ending,
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=patience,
        )
    except subprocess.TimeoutExpired:
        raise OnparError(
            f"{phone.name}: `adb {words[0]}` is not done after {patience:.0f} s: unplug it, and "
            "plug it in again"
        ) from None
    text = (done.stdout or b"").decode(errors="replace")
    if done.returncode:
        raise OnparError(f"{phone.name}: {meaning(text + done.stderr.decode(errors='replace'))}")
    return text


def meaning(said: str) -> str:
    """What is wrong with the phone, from the output of adb or its shell."""
    for pattern, words in FAILURES.items():
        if re.search(pattern, said):
            return words
    return one_line(said) or "a command on it failed without a message"
