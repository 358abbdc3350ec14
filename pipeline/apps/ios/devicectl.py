"""devicectl, which controls iPhones and iPads: its answers, and the phones on a cable.

Its text output changes; programs read the file of `--json-output`. The fields are those of its
version 2, which later versions still write.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from onpar.pipeline.apps.device_text import device_name, model_name
from onpar.pipeline.apps.ios.xcode import COMMAND_TIMEOUT, NO_DEVELOPER_MODE, absent, meaning, xcrun
from onpar.pipeline.errors import OnparError

MAX_ANSWER_BYTES = 16 << 20
"""The largest answer that is read, in bytes; a list of devices has 10 kB per device."""

IDENTIFIER = re.compile("[0-9A-Fa-f][0-9A-Fa-f-]{7,63}")

UNPAIRED = "it does not trust this Mac: unlock it, and confirm `Trust This Computer`"

T = TypeVar("T")


class _Answer(msgspec.Struct):
    result: msgspec.Raw


class _Connection(msgspec.Struct, rename="camel"):
    pairing_state: str = ""
    transport_type: str = ""
    tunnel_state: str = ""


class _Properties(msgspec.Struct, rename="camel"):
    developer_mode_status: str = ""
    os_build_update: str = ""
    os_version_number: str = ""


class _Hardware(msgspec.Struct, rename="camel"):
    platform: str = ""
    marketing_name: str = ""
    product_type: str = ""
    reality: str = "physical"


class _Device(msgspec.Struct, rename="camel"):
    identifier: str
    connection_properties: _Connection
    device_properties: _Properties
    hardware_properties: _Hardware


class _Devices(msgspec.Struct):
    devices: list[_Device]


@dataclass(frozen=True)
class Phone:
    """An iPhone or iPad on a cable. `refuses` says why it cannot be used; empty if it can."""

    identifier: str
    model: str
    system: str
    refuses: str

    @property
    def name(self) -> str:
        """Its model, and digits that distinguish two devices of one model."""
        return device_name(self.model, self.identifier)


@cache
def attached() -> tuple[tuple[Phone, ...], str]:
    """The phones on a cable, queried once per process; and why devicectl does not list them, if
    so."""
    if absent():
        return (), absent()
    try:
        return phones_of(asked(_Devices, "list", "devices")), ""
    except OnparError as error:
        return (), str(error)


def phones_of(listed: _Devices) -> tuple[Phone, ...]:
    """The devices in a list that are real, run iOS, and are on a cable. One that is only paired has
    no transport; one on the same Wi-Fi may be in another room and in use."""
    return tuple(
        Phone(
            one.identifier,
            model_name(one.hardware_properties.marketing_name) or "iPhone",
            f"{one.device_properties.os_version_number} {one.device_properties.os_build_update}",
            _refuses(one),
        )
        for one in listed.devices
        if IDENTIFIER.fullmatch(one.identifier)
        and one.hardware_properties.platform == "iOS"
        and one.hardware_properties.reality == "physical"
        and one.connection_properties.transport_type == "wired"
        and one.connection_properties.tunnel_state != "unavailable"
    )


def _refuses(one: _Device) -> str:
    if one.connection_properties.pairing_state != "paired":
        return UNPAIRED
    return "" if one.device_properties.developer_mode_status == "enabled" else NO_DEVELOPER_MODE


def asked(kind: type[T], *words: str, who: str = "") -> T:
    """The `result` of a query to devicectl."""
    with tempfile.TemporaryDirectory(prefix="onpar-") as folder:
        answer = Path(folder) / "answer.json"
        said = xcrun("devicectl", *words, "--json-output", str(answer), patience=COMMAND_TIMEOUT)
        if said.code:
            raise OnparError(who + meaning(said.all))
        try:
            with answer.open("rb") as file:
                content = file.read(MAX_ANSWER_BYTES + 1)
            if len(content) > MAX_ANSWER_BYTES:
                raise OnparError(f"{who}devicectl's answer has more than {MAX_ANSWER_BYTES} bytes")
            result = msgspec.json.decode(content, type=_Answer).result
            return msgspec.json.decode(result, type=kind)
        except (OSError, msgspec.MsgspecError) as error:
            name = " ".join(words[:3])
            raise OnparError(
                f"{who}`devicectl {name}`: onpar does not understand its output ({error}); use "
                "Xcode 16"
            ) from None
