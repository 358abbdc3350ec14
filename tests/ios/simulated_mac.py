"""A Mac that is not there: `xcrun` and `xcodebuild`, for tests of what onpar does with them.

What they say is in recorded/, with where its shapes were seen; none of it was recorded on a Mac of
ours. The app is played here: it copies captures that lie ready, once it has found what it was to be
given. Every command line is written down.

The folder `ONPAR_MAC` has a folder for each simulator and phone, named after its identifier:

    said.json     what goes wrong (`wrong`), and whether the app is there (`app`)
    ready/        the captures that its app will write
    data/, app/   the app's container, and what is installed

and the file `log`, one line of JSON for each command.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parent / "recorded"

APP = "org.onpar.app"

STARTED = {"simctl": f"{APP}: 4711\n", "devicectl": (RECORDED / "launch_console.txt").read_text()}

SAID = {
    "locked at start": (RECORDED / "launch_locked.txt").read_text(),
    "untrusted": (RECORDED / "launch_untrusted.txt").read_text(),
    "unplugged": "ERROR: A connection to this device could not be established. "
    "(com.apple.dt.CoreDeviceError error 4000.)\n",
    "full": "ERROR: The operation couldn't be completed. No space left on device\n",
}
"""What a tool says where something is wrong, before the app runs."""


def make_mac(folder: Path) -> Path:
    """A folder for the PATH, with Xcode's commands."""
    folder.mkdir()
    for name in ("xcrun", "xcodebuild"):
        command = f'#!/bin/sh\nexec {sys.executable} {Path(__file__).resolve()} {name} "$@"\n'
        (folder / name).write_text(command)
        (folder / name).chmod(0o755)
    return folder


def make_device(mac: Path, identifier: str, ready: Path, **said: str) -> Path:
    """A simulator that runs, or a phone on a cable; its app will write the captures in `ready`."""
    device = mac / identifier
    for name in ("data/Documents", "app"):
        (device / name).mkdir(parents=True)
    (device / "app" / "onpar").write_bytes(b"the app")
    (device / "ready").symlink_to(ready)
    (device / "said.json").write_text(json.dumps({"wrong": "", "app": "there", **said}))
    return device


def commands(mac: Path) -> list[list[str]]:
    """The command lines so far, in their order."""
    log = mac / "log"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def told(device: Path) -> dict[str, str]:
    said: dict[str, str] = json.loads((device / "said.json").read_text())
    return said


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text())


def main(words: list[str]) -> int:
    mac = Path(os.environ["ONPAR_MAC"])
    with (mac / "log").open("a") as log:
        print(json.dumps(words), file=log)
    if words[0] == "xcodebuild":
        return xcodebuild(words[1:])
    if words[1] == "--sdk":
        print("18.5")
        return 0
    tools = {"simctl": simctl, "devicectl": devicectl}
    return tools[words[1]](mac, words[2:])


def xcodebuild(words: list[str]) -> int:
    """A build leaves the app where Xcode would."""
    if "build" in words:
        products = Path(option(words, "-derivedDataPath")) / "Build" / "Products"
        kind = "iphonesimulator" if "Simulator" in option(words, "-destination") else "iphoneos"
        (products / f"Debug-{kind}" / "onpar.app").mkdir(parents=True, exist_ok=True)
    return 0


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def simctl(mac: Path, words: list[str]) -> int:
    if words[0] == "list":
        said = recorded("simctl_list_devices.json")
        if "booted" in words:
            for runtime, ones in said["devices"].items():
                there = [one for one in ones if (mac / one["udid"]).exists()]
                said["devices"][runtime] = [one for one in there if one["state"] == "Booted"]
        print(json.dumps(said, indent=2))
        return 0
    if words[0] in ("boot", "bootstatus", "install"):
        return 0
    names = [word for word in words[1:] if not word.startswith("--")]
    device = mac / names[0]
    assert device.exists() and names[1] == APP
    if words[0] == "get_app_container":
        if told(device)["app"] == "absent":
            text = "An error was encountered processing the command (domain=NSPOSIXErrorDomain, "
            print(text + "code=2):\nNo such file or directory", file=sys.stderr)
            return 2
        print(device / words[3])
        return 0
    if words[0] == "terminate":
        return 0
    assert words[:3] == ["launch", "--console-pty", "--terminate-running-process"]
    return launch(device, words[5:], STARTED["simctl"])


def devicectl(mac: Path, words: list[str]) -> int:
    if words[:2] == ["list", "devices"]:
        said = recorded("devicectl_list_devices.json")
        ones = said["result"]["devices"]
        said["result"]["devices"] = [one for one in ones if (mac / one["identifier"]).exists()]
        return answer(words, said)
    device = mac / identifier(option(words, "--device"))
    assert words[0] == "device" and device.exists()
    wrong = told(device)["wrong"]
    if words[1:3] == ["info", "apps"]:
        said = recorded("devicectl_info_apps.json")
        if told(device)["app"] == "absent":
            said["result"]["apps"] = []
        elif told(device)["app"] == "anew":
            said["result"]["apps"][0]["url"] = "file:///private/var/containers/Bundle/other/"
        return answer(words, said)
    if words[1:3] == ["info", "lockState"]:
        said = recorded("devicectl_info_lock_state.json")
        said["result"]["passcodeRequired"] = wrong == "locked"
        return answer(words, said)
    if words[1:3] == ["install", "app"]:
        return 0
    if words[1:3] == ["process", "launch"]:
        if wrong in ("locked at start", "untrusted"):
            return failed(wrong)
        assert words[5:9] == ["--console", "--terminate-existing", APP, "--"]
        return launch(device, words[9:], STARTED["devicectl"])
    assert option(words, "--domain-type") == "appDataContainer"
    assert option(words, "--domain-identifier") == APP
    if words[1:3] == ["info", "files"]:
        assert option(words, "--username") == "mobile"
        return info_files(device / "data" / option(words, "--subdirectory"), words, wrong)
    assert words[1] == "copy" and option(words, "--user") == "mobile"
    source, destination = option(words, "--source"), option(words, "--destination")
    if words[2] == "to":
        if wrong in ("unplugged", "full"):
            return failed(wrong)
        to = device / "data" / (f"{destination}/capture" if wrong == "deeper" else destination)
        shutil.copytree(source, to, dirs_exist_ok=True)
        return 0
    shutil.copyfile(device / "data" / source, destination)
    return 0


def identifier(given: str) -> str:
    """That of CoreDevice: devicectl takes the hardware's UDID, too."""
    ones = recorded("devicectl_list_devices.json")["result"]["devices"]
    known = {one["hardwareProperties"]["udid"]: one["identifier"] for one in ones}
    return str(known.get(given, given))


def answer(words: list[str], said: Any) -> int:
    Path(option(words, "--json-output")).write_text(json.dumps(said))
    return 0


def failed(wrong: str) -> int:
    print(SAID[wrong], end="", file=sys.stderr)
    return 1


def info_files(folder: Path, words: list[str], wrong: str) -> int:
    if not folder.is_dir():
        print((RECORDED / "no_such_file.txt").read_text(), end="", file=sys.stderr)
        return 1
    said = recorded("devicectl_info_files.json")
    [one] = said["result"]["files"]
    rows = []
    for path in sorted(folder.iterdir()):
        size = path.stat().st_size
        if wrong == "huge" and path.suffix == ".safetensors":
            size = 1 << 40
        rows.append({**one, "name": path.name, "relativePath": path.name})
        rows[-1]["metadata"] = {**one["metadata"], "size": size}
    said["result"]["files"] = rows
    return answer(words, said)


def launch(device: Path, words: list[str], started: str) -> int:
    """The app: it looks at what it was given, writes the captures of the cases, and ends."""
    print(started, end="", flush=True)
    assert words[0::2] == ["-capture", "-folder", "-threads", "-runs"]
    chosen, name = words[1], words[3]
    folder = device / "data" / "Documents" / "capture" / name
    wrong = told(device)["wrong"]
    done = app(device, folder, [] if chosen == "all" else chosen.split(","))
    if done is not None:
        text = json.dumps(done) if isinstance(done, dict) else done
        (folder / "done.json").write_text(text)
    if wrong == "crash":
        print("libc++abi: terminating due to uncaught exception", flush=True)
        return 1
    if wrong == "hang":
        signal.pause()
    return 2 if wrong else 0


def app(device: Path, folder: Path, chosen: list[str]) -> dict[str, Any] | str | None:
    wrong = told(device)["wrong"]
    [sidecar] = folder.glob("*.json")
    said = json.loads(sidecar.read_text())
    assert digest(folder / said["file"]) == said["sha256"]
    captured: list[str] = []
    for case in said["cases"]:
        if chosen and case["name"] not in chosen:
            continue
        [photo] = case["sources"]
        assert digest(folder / photo["file"]) == photo["sha256"]
        if wrong and captured:
            break
        written = f"{case['name']}.safetensors"
        ready = device / "ready" / said["file"] / written
        if wrong == "link":
            (folder / written).symlink_to(ready)
        else:
            content = ready.read_bytes()
            (folder / written).write_bytes(content[:-9] if wrong == "cut" else content)
        captured.append(case["name"])
    if wrong in ("crash", "hang"):
        return None
    if wrong == "nonsense":
        return "{"
    if wrong == "long":
        return json.dumps({"captured": captured, "error": "x" * (1 << 20)})
    error = "rocket.jpg: cannot be read; free some storage" if wrong == "error" else ""
    return {"captured": captured, "error": error}


def digest(path: Path) -> str:
    """As the sidecar has it; of a folder, that of `sha256sum`'s lines."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    files = {p.relative_to(path).as_posix(): p for p in path.rglob("*") if p.is_file()}
    lines = "".join(f"{digest(files[name])}  {name}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
