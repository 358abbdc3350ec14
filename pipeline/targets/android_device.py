"""The Android app on phones on a cable, through adb: `.onnx` and `.ort` if it has ONNX Runtime,
`.pt` if it has PyTorch; without the runtime, it says so.

The app (id APP, a debuggable build) gets a folder in its private files with the model, its sidecar
and the photos, and an intent that names the folder. It writes a capture for each case, and
`done.json` at the very end. docs/phones.md says how to prepare a phone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import ModelSpec
from onpar.pipeline.apps.android.adb import COMMAND, Phone, attached, pull, push, shell
from onpar.pipeline.apps.device_text import one_line
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets import android_host
from onpar.pipeline.targets.captured_folder import (
    DONE_FILE,
    FIRST_CAPTURE_SECONDS,
    PATIENCE,
    Watched,
    chosen_cases,
    given_files,
    megabytes,
    refuse_names,
    wait,
)
from onpar.pipeline.targets.target import Order

APP = "org.onpar.app"

DEVICE_FOLDER = "/data/local/tmp/onpar"
"""A folder that adb can write and the app can read."""


def unmet_requirements() -> str:
    """What is missing: adb, or a usable phone."""
    phones, problem = attached()
    if problem:
        return problem
    if not phones:
        return "no phone is attached: plug one in that has onpar's app, with USB debugging on"
    if all(phone.refuses for phone in phones):
        return "; ".join(f"{phone.name}: {phone.refuses}" for phone in phones)
    return ""


def devices() -> dict[str, str]:
    """The connected phones' serial numbers, and names to show."""
    return {phone.serial: phone.name for phone in attached()[0]}


def refusal(model: ModelSpec, device: str) -> str:
    """Why the app cannot run the model, or the phone cannot be used or does not have the app."""
    return android_host.refusal(model, "") or unready(device)


@cache
def unready(device: str) -> str:
    """Why the app on this phone cannot be used, queried once per process; empty if it can."""
    try:
        phone = _phone(device)
        shell(phone, "run-as", APP, "true")
    except OnparError as error:
        return _refused(str(error))
    return ""


@cache
def identity(device: str) -> str:
    """The phone's system and the app installed on it."""
    try:
        phone = _phone(device)
        system = shell(phone, "getprop", "ro.build.fingerprint")
        package = shell(phone, "dumpsys", "package", APP)
    except OnparError:
        return "unknown"
    marks = ("versionCode=", "lastUpdateTime=")
    lines = [line.strip() for line in package.splitlines() if line.strip().startswith(marks)]
    return key_of(system=system.strip(), app=lines)


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Copy everything to the phone, start the app, wait for it, and fetch its captures."""
    phone = _phone(order.device)
    if unready(order.device):
        raise OnparError(unready(order.device))
    artifact = read_sidecar(sidecar_path(order.model))
    refuse_names(artifact)
    name = artifact.sha256[:16]
    shared, private = f"{DEVICE_FOLDER}/{name}", f"files/capture/{name}"
    files = given_files(order)
    size = megabytes(files)
    slow = FIRST_CAPTURE_SECONDS + size
    _remove(phone, shared, private)
    try:
        shell(phone, "mkdir", "-p", shared)
        push(phone, files, shared, slow)
        # The app is another user, who cannot read files that only their owner may read.
        shell(phone, "chmod", "-R", "a+rX", DEVICE_FOLDER)
        _as_app(phone, "mkdir", "-p", "files/capture")
        _as_app(phone, "cp", "-r", shared, private, patience=slow)
        # Any app on the phone could read the photos there.
        shell(phone, "rm", "-rf", shared)
        _start(phone, order, name, chosen_cases(order, artifact))
        problem = wait(_watched(phone, private), len(order.photographs), PATIENCE + size, done)
        written = _listed(phone, private)
        for one in order.photographs:
            if f"{one.case}.safetensors" in written:
                words = ("run-as", APP, "cat", f"{private}/{one.case}.safetensors")
                pull(phone, one.out, *words, patience=slow)
    finally:
        with suppress(OnparError):
            _remove(phone, shared, private)
    if problem:
        raise OnparError(f"{phone.name}: {problem}")


def _phone(device: str) -> Phone:
    for phone in attached()[0]:
        if phone.serial == device:
            if phone.refuses:
                raise OnparError(f"{phone.name}: {phone.refuses}")
            return phone
    raise OnparError("the phone is not attached any more: plug it in, and run again")


def _as_app(phone: Phone, *words: str, patience: float = COMMAND) -> str:
    return shell(phone, "run-as", APP, *words, patience=patience)


def _remove(phone: Phone, shared: str, private: str) -> None:
    shell(phone, "rm", "-rf", shared)
    _as_app(phone, "rm", "-rf", private)


def _start(phone: Phone, order: Order, name: str, cases: list[str]) -> None:
    """Start the app again, so that another model's memory is not measured."""
    words = ["am", "start", "-W", "-n", f"{APP}/.MainActivity", "-a", f"{APP}.CAPTURE"]
    words += ["--es", "folder", name, "--ei", "threads", str(order.threads)]
    words += ["--ei", "runs", str(order.measured)]
    if cases:
        words += ["--es", "cases", ",".join(cases)]
    shell(phone, "am", "force-stop", APP)
    said = shell(phone, *words, patience=60)
    # `am` exits with 0 even then.
    if "Error" in said:
        raise OnparError(
            f"{phone.name}: the app cannot be started ({one_line(said)}); install the APK of this "
            "checkout"
        )


def _watched(phone: Phone, private: str) -> Watched:
    return Watched(
        alive=lambda: bool(shell(phone, "sh", "-c", f"pidof {APP} || true").strip()),
        names=lambda: _listed(phone, private),
        ended=lambda: _as_app(phone, "cat", f"{private}/{DONE_FILE}"),
        gone=lambda of: f"the app crashed, {of}; `adb logcat -b crash -d` has why",
        hint="keep the phone unlocked",
        again="install this checkout's APK",
    )


def _listed(phone: Phone, private: str) -> set[str]:
    return set(_as_app(phone, "ls", "-1", private).splitlines())


def _refused(said: str) -> str:
    """The meaning of run-as's refusals; other output is unchanged."""
    name = said.partition(":")[0]
    if "unknown" in said and "package" in said.lower():
        return f"{name}: {APP} is not installed: build the APK and install it (docs/android.md)"
    if "not debuggable" in said:
        return f"{name}: {APP} on it is not a debuggable build: install the APK of this checkout"
    if "run-as:" in said:
        return f"{said}; if run-as is switched off, share captures from the app (docs/phones.md)"
    return said
