"""The Android app itself on this machine: its Activity, on Robolectric with Android's framework and
graphics. `.onnx` and `.ort`, started by the same intent as on a phone.

`make android-robolectric` builds it; android_app/robolectric/ has its source.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.files.copies import copy
from onpar.pipeline.apps.android.java import (
    QUICK_START,
    found_java,
    java_version,
    unmet_java_requirement,
)
from onpar.pipeline.build_folder.keys import file_digest, key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending
from onpar.pipeline.paths import CHECKOUT, ONLY_A_CHECKOUT, ROOT
from onpar.pipeline.targets.android_host import refusal
from onpar.pipeline.targets.app_process import crashed, wait
from onpar.pipeline.targets.target import Order

__all__ = ["capture", "identity", "refusal", "unmet_requirements"]

APP = ROOT / "android_app"

JAVA_ARGS = APP / "robolectric" / "target" / "java.args"
"""Java's options: the class path, and where Robolectric finds Android."""

MAIN = "org.onpar.robolectric.Main"


def unmet_requirements() -> str:
    """What is missing: Java, or the built classes."""
    if not CHECKOUT:
        return ONLY_A_CHECKOUT
    if unmet_java_requirement():
        return f"{unmet_java_requirement()}: run `make system`, then `make android-robolectric`"
    if not JAVA_ARGS.exists():
        return (
            "the app is not built for Robolectric: run `make android-robolectric` (it needs Maven, "
            "a JDK and aapt2, which `make system` installs, and fetches 690 MB once)"
        )
    return ""


def identity(device: str) -> str:
    """The digest of the app's own jars and resources, the names of the other jars, which include
    their versions, and the version of Java."""
    own = [path for path in _class_path() if path.is_relative_to(APP)]
    own.append(APP / "app" / "target" / "resources.apk")
    return key_of(
        own={str(path.relative_to(APP)): file_digest(path) for path in own if path.is_file()},
        others=[path.name for path in _class_path() if path not in own],
        java=java_version(),
    )


def _class_path() -> list[Path]:
    words = shlex.split(JAVA_ARGS.read_text("utf-8"))
    return [Path(path) for path in words[words.index("-cp") + 1].split(":")]


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Start the app once for all photos."""
    if unmet_requirements():
        raise OnparError(f"android-robolectric: {unmet_requirements()}")
    with tempfile.TemporaryDirectory(prefix="onpar-") as name, tempfile.TemporaryFile() as said:
        folder = Path(name)
        for path in (order.model, sidecar_path(order.model)):
            (folder / path.name).symlink_to(path.resolve())
        for one in order.photographs:
            photo = folder / one.image.name
            if not photo.exists():
                photo.symlink_to(one.image.resolve())
        cases = ",".join(one.case for one in order.photographs)
        options = {"folder": name, "cases": cases, "threads": order.threads, "runs": order.measured}
        words = [word for option, value in options.items() for word in (f"--{option}", str(value))]
        command = [
            found_java(),
            *QUICK_START,
            f"@{JAVA_ARGS}",
            "org.onpar.robolectric.Main",
            *words,
        ]
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            preexec_fn=ending,
        )
        written = [folder / f"{one.case}.safetensors" for one in order.photographs]
        try:
            wait(process, written, done)
        finally:
            process.kill()
            process.wait()
            for path, one in zip(written, order.photographs, strict=True):
                if path.exists():
                    copy(path, one.out)
        said.seek(0)
        _check(process.returncode, folder / "done.json", said.read().decode(errors="replace"))


def _check(code: int, ended: Path, said: str) -> None:
    """Raises the app's error for the user to fix, or the cause of Robolectric's crash."""
    if ended.exists():
        error = json.loads(ended.read_text("utf-8"))["error"]
        if error:
            raise OnparError(error)
    if code or not ended.exists():
        raise crashed("Java", code, said)
