"""Phones that are not there, for tests of what onpar does with adb.

What adb and Android say was written after adb's documentation and the texts in its program
(29.0.6), not recorded from hardware. A phone's shell is this machine's sh, so that what onpar
quotes is taken apart as on a phone; its app copies captures that lie ready, once it has found what
it was to be given.

A phone is a folder, named after its serial number, of the folder `ONPAR_PHONES`:

    phone.json    state and model, as `adb devices -l` says them; what goes wrong (`wrong`); `app`
    ready/        the captures that its app will write
    tmp/, data/   /data/local/tmp, and the app's private folder
    log           what was started, a line each
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

APP = "org.onpar.app"

BIN = {
    "run-as": """[ "$PHONE_APP" != absent ] || { echo "run-as: unknown package: $1" >&2; exit 1; }
[ "$PHONE_APP" != release ] || { echo "run-as: package not debuggable: $1" >&2; exit 1; }
shift; cd "$PHONE/data"; exec "$@"
""",
    "pidof": 'cat "$PHONE/pid" 2> /dev/null\n',
    "getprop": "echo google/oriole/oriole:14/UP1A.231105.001/10817346:user/release-keys\n",
    "dumpsys": "printf '    versionCode=1 minSdk=28\n    lastUpdateTime=2026-01-02 03:04:05\n'\n",
    "am": f'exec {sys.executable} {Path(__file__).resolve()} am "$@"\n',
}
"""Commands of Android that a phone's shell has."""


def make_phone(folder: Path, serial: str, ready: Path, **said: str) -> None:
    """A phone whose app will write the captures in `ready`."""
    phone = folder / serial
    for name in ("tmp", "data/files", "bin"):
        (phone / name).mkdir(parents=True)
    said = {"state": "device", "model": "Pixel_6", "wrong": "", "app": "debug", **said}
    (phone / "phone.json").write_text(json.dumps(said))
    (phone / "ready").symlink_to(ready)
    for name, script in BIN.items():
        (phone / "bin" / name).write_text("#!/bin/sh\n" + script)
        (phone / "bin" / name).chmod(0o755)


def make_adb(folder: Path) -> Path:
    """A folder for the PATH, with an `adb` that knows the phones of `ONPAR_PHONES`."""
    folder.mkdir()
    (folder / "adb").write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__)} adb "$@"\n')
    (folder / "adb").chmod(0o755)
    return folder


def adb(words: list[str]) -> int:
    phones = sorted(Path(os.environ["ONPAR_PHONES"]).iterdir())
    if words == ["devices", "-l"]:
        print("List of devices attached")
        for number, one in enumerate(phones):
            said = told(one)
            more = f" product:oriole model:{said['model']} device:oriole"
            more = more if said["state"] == "device" else ""
            print(f"{one.name:<22} {said['state']} usb:1-{number}{more} transport_id:{number}")
        print()
        return 0
    assert words[0] == "-s"
    serial, service, *rest = words[1:]
    phone = next(one for one in phones if one.name == serial)
    if told(phone)["wrong"] == "unplugged" and service == "push":
        print(
            f"adb: error: failed to get feature set: device '{serial}' not found", file=sys.stderr
        )
        return 1
    if service == "push":
        return push(phone, [Path(one) for one in rest[:-1]], rest[-1])
    assert service in ("shell", "exec-out")
    # exec-out has one stream, and no exit code.
    merged = subprocess.STDOUT if service == "exec-out" else None
    code = subprocess.run(["sh", "-c", on(phone, rest[0])], env=environment(phone), stderr=merged)
    return 0 if service == "exec-out" else code.returncode


def told(phone: Path) -> dict[str, str]:
    said: dict[str, str] = json.loads((phone / "phone.json").read_text())
    return said


def on(phone: Path, text: str) -> str:
    return text.replace("/data/local/tmp", str(phone / "tmp"))


def environment(phone: Path) -> dict[str, str]:
    path = os.pathsep.join([str(phone / "bin"), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PHONE": str(phone), "PHONE_APP": told(phone)["app"]}


def push(phone: Path, files: list[Path], folder: str) -> int:
    to = Path(on(phone, folder))
    for file in files:
        if told(phone)["wrong"] == "full":
            print(
                f"adb: error: failed to copy '{file}' to '{folder}{file.name}': "
                "remote couldn't write file: No space left on device",
                file=sys.stderr,
            )
            return 1
        shutil.copy(file, to / file.name)
    print(f"{len(files)} files pushed. 21.5 MB/s (12345678 bytes in 0.548s)")
    return 0


def am(words: list[str]) -> int:
    """The app: it looks at what it was given, writes the captures of the cases, and ends."""
    phone = Path(os.environ["PHONE"])
    with (phone / "log").open("a") as log:
        print(*words, file=log)
    if words[0] == "force-stop":
        (phone / "pid").unlink(missing_ok=True)
        return 0
    assert words[:3] == ["start", "-W", "-n"] and words[3] == f"{APP}/.MainActivity"
    if told(phone)["wrong"] == "no activity":
        print("Error type 3\nError: Activity class {org.onpar.app/.MainActivity} does not exist.")
        return 0
    extras = dict(zip(words[7::3], words[8::3], strict=True))
    folder = phone / "data" / "files" / "capture" / extras["folder"]
    (phone / "pid").write_text("4711\n")
    done = app(phone, folder, extras.get("cases"))
    if done is not None:
        (folder / "done.json").write_text(json.dumps(done) if isinstance(done, dict) else done)
    print("Status: ok")
    return 0


def app(phone: Path, folder: Path, chosen: str | None) -> dict[str, Any] | str | None:
    wrong = told(phone)["wrong"]
    [sidecar] = folder.glob("*.json")
    said = json.loads(sidecar.read_text())
    model = folder / said["file"]
    assert hashlib.sha256(model.read_bytes()).hexdigest() == said["sha256"]
    cases = [one for one in said["cases"] if not chosen or one["name"] in chosen.split(",")]
    captured: list[str] = []
    for case in cases:
        [photo] = case["sources"]
        content = (folder / photo["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == photo["sha256"]
        if wrong and captured:
            break
        name = f"{case['name']}.safetensors"
        content = (phone / "ready" / said["file"] / name).read_bytes()
        (folder / name).write_bytes(content[:-9] if wrong == "cut" else content)
        captured.append(case["name"])
    if wrong == "crash":
        (phone / "pid").unlink()
    if wrong in ("crash", "hang"):
        return None
    if wrong == "nonsense":
        return "{"
    error = (
        "rocket.jpg: cannot be read (no space left); free some storage" if wrong == "error" else ""
    )
    return {"captured": captured, "error": error}


if __name__ == "__main__":
    sys.exit({"adb": adb, "am": am}[sys.argv[1]](sys.argv[2:]))
