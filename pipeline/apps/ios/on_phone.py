"""Commands of devicectl on one iPhone or iPad: its lock, the app, and the app's container."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from onpar.pipeline.apps.ios.devicectl import Phone, asked
from onpar.pipeline.apps.ios.launched import APP
from onpar.pipeline.apps.ios.xcode import NO_SUCH_FILE, meaning, xcrun
from onpar.pipeline.errors import OnparError

CONTAINER = ("--domain-type", "appDataContainer", "--domain-identifier", APP)

NOT_INSTALLED = f"{APP} is not installed: run `bash .ci/ios_mac device` (docs/phones.md)"

T = TypeVar("T")


class App(msgspec.Struct, rename="camel", frozen=True):
    """The installed app: `url` changes with each installation."""

    bundle_identifier: str
    bundle_version: str = ""
    version: str = ""
    url: str = ""


class _Apps(msgspec.Struct):
    apps: list[App]


class _Lock(msgspec.Struct, rename="camel"):
    passcode_required: bool = False


class _Metadata(msgspec.Struct):
    size: int = 0


class _File(msgspec.Struct):
    name: str
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Files(msgspec.Struct):
    files: list[_File]


def locked(phone: Phone) -> bool:
    """Whether it asks for its passcode. If it does not say, starting the app shows it."""
    try:
        return _on(_Lock, phone, "info", "lockState").passcode_required
    except OnparError:
        return False


def installed(phone: Phone) -> App:
    """The app on the phone. Raises OnparError if it is not installed."""
    for app in _on(_Apps, phone, "info", "apps", "--bundle-id", APP).apps:
        if app.bundle_identifier == APP:
            return app
    raise OnparError(f"{phone.name}: {NOT_INSTALLED}")


def sizes(phone: Phone, folder: str) -> dict[str, int]:
    """The files in a folder of the app's container, with their sizes in bytes; empty if the folder
    is missing."""
    where = ("--username", "mobile", "--subdirectory", folder, "--no-recurse")
    try:
        files = _on(_Files, phone, "info", "files", *CONTAINER, *where).files
    except OnparError as error:
        if NO_SUCH_FILE in str(error):
            return {}
        raise
    return {one.name.rpartition("/")[2]: one.metadata.size for one in files}


def copy_to(phone: Phone, source: Path, destination: str, patience: float) -> None:
    """Copy a folder into the app's container. Existing files stay: devicectl's option to remove
    them was seen to empty more than the folder."""
    _copy(phone, "to", str(source), destination, patience)


def copy_from(phone: Phone, source: str, destination: Path, patience: float) -> None:
    """Copy a file out of the app's container."""
    _copy(phone, "from", source, str(destination), patience)


def launch_command(phone: Phone, arguments: list[str]) -> list[str]:
    """The command that starts the app again and ends with it. Without `--`, devicectl would read
    the app's arguments as its own options."""
    options = ["--device", phone.identifier, "--console", "--terminate-existing"]
    return ["devicectl", "device", "process", "launch", *options, APP, "--", *arguments]


def _copy(phone: Phone, way: str, source: str, destination: str, patience: float) -> None:
    ends = ["--source", source, "--destination", destination]
    # With root, the default for some domains, it would leave files that the app cannot remove.
    words = ["--device", phone.identifier, *CONTAINER, "--user", "mobile", *ends]
    said = xcrun("devicectl", "device", "copy", way, *words, patience=patience)
    if said.code:
        raise OnparError(f"{phone.name}: {meaning(said.all)}")


def _on(kind: type[T], phone: Phone, *words: str) -> T:
    device = ("--device", phone.identifier)
    return asked(kind, "device", *words[:2], *device, *words[2:], who=f"{phone.name}: ")
