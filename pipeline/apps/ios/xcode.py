"""Xcode's command line tools, called with `xcrun`, which only a Mac has."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

from onpar.pipeline.apps.device_text import one_line
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending

NEEDS_XCODE = "needs a Mac with Xcode 16"

COMMAND_TIMEOUT = 30.0
"""Timeout of a query, in seconds; the first query starts the tools' services."""

NO_SUCH_FILE = "Failed to retrieve the file node"

NO_DEVELOPER_MODE = (
    "its Developer Mode is off: on it, open Settings, Privacy & Security, Developer Mode"
)

LOCKED = "it is locked: unlock it, and keep it unlocked"

FAILURES = {
    r"unable to find utility|requires Xcode": (
        "no Xcode is chosen: install Xcode 16, and run "
        "`sudo xcode-select -s /Applications/Xcode.app`"
    ),
    r"license agreement|xcodebuild -license": (
        "Xcode's licence is not accepted: run `sudo xcodebuild -license`"
    ),
    r"could not be, unlocked|device is currently locked|CoreDeviceError error 10003": LOCKED,
    r"explicitly trusted by the user|invalid code signature": (
        "it does not trust the app's developer: on it, open Settings, General, VPN & Device "
        "Management, and trust the developer app's certificate"
    ),
    r"[Dd]eveloper [Mm]ode is (disabled|not enabled)|enable Developer Mode": NO_DEVELOPER_MODE,
    r"No space left on device|NSPOSIXErrorDomain error 28\b|out of space": (
        "its storage is full: free some space on it, and run again"
    ),
    r"connection to this device could not be established|No provider was found|"
    r"ControlChannelConnectionError|[Dd]evice .*(was not found|not connected|disconnected)": (
        "it does not answer: plug it in, unlock it, and run again"
    ),
}
"""Patterns in the tools' output, and their meaning. docs/phones.md has the sources of the texts."""


@dataclass(frozen=True)
class Finished:
    """The result of a command: its exit code, its output, and output with errors."""

    code: int
    out: str
    all: str


def absent() -> str:
    """What is needed, if there is no `xcrun`; else empty."""
    return "" if shutil.which("xcrun") else NEEDS_XCODE


def xcrun(*words: str, patience: float = COMMAND_TIMEOUT) -> Finished:
    """Run one of Xcode's tools. Raises OnparError if it does not start or does not end."""
    try:
        done = subprocess.run(
            ["xcrun", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience,
            preexec_fn=ending,
        )
    except subprocess.TimeoutExpired:
        name = " ".join(words[:3])
        raise OnparError(
            f"`xcrun {name}` is not done after {patience:.0f} s: quit Xcode and Simulator, and run "
            "again"
        ) from None
    except OSError as error:
        raise OnparError(f"xcrun does not start: {error.strerror}; install Xcode 16") from None
    return Finished(done.returncode, done.stdout, done.stdout + done.stderr)


def meaning(said: str) -> str:
    """What is wrong, from a tool's output."""
    for pattern, words in FAILURES.items():
        if re.search(pattern, said):
            return words
    return one_line(said) or "a command failed without a message"
