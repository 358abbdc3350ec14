"""The simulator to build for: `simctl list -j devices available | python choose_simulator.py SDK`.

Uses only the standard library: .ci/ios_mac runs it with the Mac's Python.
"""

from __future__ import annotations

import json
import sys
from typing import Any

RUNTIME = "com.apple.CoreSimulator.SimRuntime.iOS-"


def chosen(listed: dict[str, Any], sdk: str) -> str:
    """The identifier of an iPhone with the newest system that the SDK of version `sdk` can build
    for, preferably one that already runs; empty if there is none."""
    newest = tuple(int(part) for part in sdk.split("."))
    found = []
    for runtime, ones in listed["devices"].items():
        if not runtime.startswith(RUNTIME):
            continue
        system = tuple(int(part) for part in runtime[len(RUNTIME) :].split("-"))
        for one in ones:
            iphone = one["isAvailable"] and "iPhone" in one["name"]
            # Xcode supports a later patch version of the system than its SDK's.
            if iphone and system[:2] <= newest[:2]:
                found.append((system, one["state"] == "Booted", one["name"], one["udid"]))
    return str(max(found)[-1]) if found else ""


if __name__ == "__main__":
    udid = chosen(json.load(sys.stdin), sys.argv[1])
    if not udid:
        sys.exit(
            f"no iPhone simulator for the iOS {sys.argv[1]} SDK: add one in Xcode, Settings, "
            "Components"
        )
    print(udid)
