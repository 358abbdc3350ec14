"""The iPhone to build for: `python choose_phone.py LIST`, a file of `devicectl list devices`.

Uses only the standard library: .ci/ios_mac runs it with the Mac's Python.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def on_a_cable(listed: dict[str, Any]) -> dict[str, str]:
    """The identifiers (UDIDs, which xcodebuild uses too) of the iPhones and iPads on a cable, and
    their models."""
    return {
        one["hardwareProperties"]["udid"]: one["hardwareProperties"].get("marketingName", "iPhone")
        for one in listed["result"]["devices"]
        if one["hardwareProperties"].get("platform") == "iOS"
        and one["connectionProperties"].get("transportType") == "wired"
    }


if __name__ == "__main__":
    phones = on_a_cable(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    if not phones:
        sys.exit("no iPhone is attached: plug one in, unlock it, and trust this Mac on it")
    if len(phones) > 1:
        names = ", ".join(f"{udid} ({model})" for udid, model in phones.items())
        sys.exit(f"several iPhones are attached: choose one by DEVICE=IDENTIFIER, of {names}")
    print(*phones)
