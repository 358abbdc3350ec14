"""simctl, which controls this Mac's simulators: the running ones, and commands on one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from onpar.pipeline.apps.device_text import device_name, model_name
from onpar.pipeline.apps.ios.launched import APP
from onpar.pipeline.apps.ios.xcode import absent, meaning, xcrun
from onpar.pipeline.errors import OnparError

UDID = re.compile("[0-9A-Fa-f][0-9A-Fa-f-]{7,63}")

RUNTIME = "com.apple.CoreSimulator.SimRuntime.iOS-"
"""How the names of iOS runtimes begin; those of watchOS and tvOS begin differently."""

NOT_INSTALLED = f"{APP} is not installed: run `bash .ci/ios_mac simulator`"


@dataclass(frozen=True)
class Simulator:
    """A running simulator: `system` is its runtime's version, such as `18-3`."""

    udid: str
    model: str
    system: str

    @property
    def name(self) -> str:
        """Its name and its system, and digits that distinguish two simulators of one name."""
        return device_name(f"{self.model} iOS {self.system.replace('-', '.')}", self.udid)


class _Listed(msgspec.Struct):
    name: str
    udid: str
    state: str


class _List(msgspec.Struct):
    devices: dict[str, list[_Listed]]


@cache
def booted() -> tuple[tuple[Simulator, ...], str]:
    """The running simulators, queried once per process; and why simctl does not list them, if
    so."""
    if absent():
        return (), absent()
    try:
        said = xcrun("simctl", "list", "devices", "booted", "-j")
        if said.code:
            return (), meaning(said.all)
        return parse_booted(said.out), ""
    except OnparError as error:
        return (), str(error)


def parse_booted(said: str) -> tuple[Simulator, ...]:
    """Parses the output of `simctl list devices booted -j`. Raises OnparError for anything else."""
    try:
        listed = msgspec.json.decode(said, type=_List).devices
    except msgspec.MsgspecError as error:
        raise OnparError(
            f"`xcrun simctl list -j`: onpar does not understand its output ({error}); use Xcode 16"
        ) from None
    return tuple(
        Simulator(one.udid, model_name(one.name) or "simulator", runtime.removeprefix(RUNTIME))
        for runtime, ones in listed.items()
        for one in ones
        if runtime.startswith(RUNTIME) and one.state == "Booted" and UDID.fullmatch(one.udid)
    )


def container(simulator: Simulator, kind: str) -> Path:
    """A folder of the app on this Mac: `app`, the installed bundle, or `data`, its container."""
    said = xcrun("simctl", "get_app_container", simulator.udid, APP, kind)
    if said.code and re.search(r"code=2\b|No such file", said.all):
        raise OnparError(f"{simulator.name}: {NOT_INSTALLED}")
    if said.code:
        raise OnparError(f"{simulator.name}: {meaning(said.all)}")
    path = Path(said.out.strip())
    if not path.is_absolute() or not path.is_dir():
        raise OnparError(f"{simulator.name}: simctl names a folder that is not there: {path}")
    return path


def launch_command(simulator: Simulator, arguments: list[str]) -> list[str]:
    """The command that starts the app again and ends with it."""
    options = ["--console-pty", "--terminate-running-process"]
    return ["simctl", "launch", *options, simulator.udid, APP, *arguments]


def terminate(simulator: Simulator) -> None:
    """End the app if it runs. simctl's exit code, which says whether it did, is ignored."""
    xcrun("simctl", "terminate", simulator.udid, APP)
