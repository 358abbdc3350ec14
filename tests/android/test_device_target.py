"""The target `android-device`: phones on a cable, of which none was there when this was written.

With the real adb it is tested without a phone; with simulated ones (simulated_phone.py) what onpar
does with what adb says, in the words of adb's sources.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builds import RECIPE, WIDE, linked
from here import onpar_here
from matrix import run_in
from sidecars import sealed
from simulated_phone import make_adb, make_phone, told
from tools import needs

from onpar.parity.contract.capture import read_capture, write_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.status import Status
from onpar.pipeline.apps.android import adb
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import PHOTOS, SCENES
from onpar.pipeline.targets import android_device, elsewhere, unmet_requirements
from onpar.pipeline.targets.target import Order, Photograph

MODEL = (
    "--recipe",
    RECIPE,
    "--weights",
    "seeded:0",
    "--size",
    WIDE,
    "--format",
    "onnx-fp32-tensor",
)

IMAGES = {path.stem: path for path in (*PHOTOS, *SCENES)}


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """What is asked once a process is asked once a test."""
    for asked in (adb.attached, android_device.unready, android_device.identity):
        asked.cache_clear()
    yield
    for asked in (adb.attached, android_device.unready, android_device.identity):
        asked.cache_clear()


@pytest.fixture
def no_phone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The real adb, with a server of its own."""
    path = needs("adb", "make system")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(free.getsockname()[1]))
    yield
    subprocess.run([path, "kill-server"], capture_output=True, timeout=30)


@pytest.mark.usefixtures("no_phone")
def test_without_a_phone_the_real_adb_says_so() -> None:
    assert unmet_requirements("android-device").startswith("no phone is attached: plug one in")
    assert "android-device" not in elsewhere("onnx")


@pytest.mark.usefixtures("no_phone")
def test_a_command_for_a_phone_that_was_unplugged_says_so() -> None:
    gone = adb.Phone("ABSENT", "device", "Pixel 6")
    with pytest.raises(OnparError, match=r"Pixel 6 #\w{4}: it was unplugged, or has restarted"):
        adb.shell(gone, "true")
    with pytest.raises(OnparError, match="it was unplugged"):
        adb.push(gone, [PHOTOS[0]], "/data/local/tmp", 10)


@pytest.mark.usefixtures("no_phone")
def test_without_a_phone_parity_has_no_row_of_it_and_one_line(
    wide_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "")
    build = linked(wide_build, tmp_path / "build", "captures")
    done = onpar_here("parity", *MODEL, "--allow-unjudged", "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "android-device" not in {verdict.target for verdict in run_in(build).verdicts}
    assert done.stdout.count("android-device") == 1
    done = onpar_here("capture", *MODEL, "--target", "android-device", "--build", build)
    assert done.returncode == 2
    assert "target 'android-device' cannot run here: no phone is attached" in done.stderr


def test_without_adb_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert unmet_requirements("android-device") == "adb is not installed: run `make system`"


LISTED = """* daemon not running; starting now at tcp:5037
* daemon started successfully
List of devices attached
1A2B3C4D               device usb:1-1 product:oriole model:Pixel_6 device:oriole transport_id:1
emulator-5554          device product:sdk model:sdk_gphone64 device:emu64xa transport_id:3
0123456789ABCDEF       offline usb:1-5 transport_id:6
9X8Y7Z                 unauthorized usb:1-4 transport_id:2
ABCDEF                 no permissions (user in plugdev group; are your udev rules wrong?); see \
[http://developer.android.com/tools/device.html] usb:1-2
FEDCBA                 recovery usb:1-3 product:a model:\x1b[31m<b> device:a transport_id:5

"""


def test_every_state_that_adb_lists_is_told_in_words() -> None:
    phones = adb.parse_phones(LISTED)
    assert [one.serial for one in phones] == [
        *("1A2B3C4D", "emulator-5554", "0123456789ABCDEF", "9X8Y7Z", "ABCDEF", "FEDCBA"),
    ]
    assert [one.name[:-6] for one in phones] == ["Pixel 6", "sdk gphone64", *["phone"] * 3, "31m b"]
    words = [one.refuses for one in phones]
    assert words[0] == ""
    expected = ("emulator", "offline", "Allow USB debugging", "udev", "recovery")
    assert [part in said for part, said in zip(expected, words[1:], strict=True)] == [True] * 5


def test_two_phones_of_one_model_have_two_names() -> None:
    names = {adb.Phone(serial, "device", "Pixel 6").name for serial in ("1A2B", "3C4D")}
    assert len(names) == 2
    assert not any("1A2B" in name or "3C4D" in name for name in names)


@pytest.fixture
def phones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the simulated phones."""
    folder = tmp_path / "phones"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(make_adb(tmp_path / "bin")), prepend=os.pathsep)
    monkeypatch.setenv("ONPAR_PHONES", str(folder))
    monkeypatch.setenv("CI", "")
    return folder


@pytest.fixture(scope="module")
def ready(wide_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the app on a phone would write: the captures of this machine, as if made there."""
    folder = tmp_path_factory.mktemp("ready")
    for path in (wide_build / "captures" / "onnxruntime").glob("*-fp32-tensor.onnx/*.safetensors"):
        made = read_capture(path)
        phone: dict[str, Any] = {
            "device": "Google Pixel 6",
            "os": "Android 16 (API 36)",
            "arch": "aarch64",
        }
        info = replace(made.info, target="android-device", extra={}, **phone)
        write_capture(folder / path.parent.name / path.name, replace(made, info=info))
    return folder


def started(phone: Path) -> list[str]:
    """The intents that the phone's app was started with."""
    lines = (phone / "log").read_text().splitlines() if (phone / "log").exists() else []
    return [line for line in lines if line.startswith("start ")]


def test_two_phones_are_two_rows_on_par_and_nothing_is_captured_twice(
    wide_build: Path, tmp_path: Path, phones: Path, ready: Path
) -> None:
    build = linked(wide_build, tmp_path / "build", "captures")
    for serial in ("1A2B3C4D", "5E6F7G8H"):
        make_phone(phones, serial, ready)
    done = onpar_here("parity", *MODEL, "--allow-unjudged", "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr
    names = [adb.Phone(one.name, "", "Google Pixel 6").name for one in sorted(phones.iterdir())]
    mine = [one for one in run_in(build).verdicts if one.target == "android-device"]
    assert {one.device for one in mine} == set(names)
    assert [one.status for one in mine] == [Status.PASS] * 2 * len(IMAGES)
    [page] = (build / "reports").glob("*/report.html")
    for name in names:
        assert f"android-device ({name}) · onnx-fp32-tensor" in done.stdout
        assert f"android-device ({name})" in page.read_text("utf-8")
    for phone in phones.iterdir():
        [intent] = started(phone)
        assert " --ei threads 0 --ei runs 0" in intent and "cases" not in intent
        left = [path for path in phone.rglob("*") if path.is_file() and "capture" in path.parts]
        assert left == [] and not any((phone / "tmp" / "onpar").iterdir())
    again = onpar_here("capture", *MODEL, "--target", "android-device", "--build", build, "--json")
    assert [one["fresh"] for one in json.loads(again.stdout)] == [False, False]
    gone = next((build / "captures" / "android-device").glob("*/*/coffee.safetensors"))
    gone.unlink()
    again = onpar_here("capture", *MODEL, "--target", "android-device", "--build", build, "--json")
    assert sorted(one["fresh"] for one in json.loads(again.stdout)) == [False, True]
    intents = [intent for phone in phones.iterdir() for intent in started(phone)[1:]]
    assert len(intents) == 1 and intents[0].endswith("--es cases coffee")
    assert gone.exists()


def test_a_phone_that_cannot_be_used_is_not_run_with_the_reason_and_another_is(
    wide_build: Path, tmp_path: Path, phones: Path, ready: Path
) -> None:
    build = linked(wide_build, tmp_path / "build", "captures")
    make_phone(phones, "GOOD", ready)
    make_phone(phones, "LOCKED", ready, state="unauthorized")
    make_phone(phones, "PLAIN", ready, app="absent")
    make_phone(phones, "STORE", ready, app="release")
    done = onpar_here("parity", *MODEL, "--allow-unjudged", "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr
    mine = {one.device: one for one in run_in(build).verdicts if one.target == "android-device"}
    assert sorted(one.status for one in mine.values()) == ["NOT_RUN"] * 3 + ["PASS"]
    said = " ".join(one.sentence for one in mine.values())
    for words in (
        "Allow USB debugging",
        "org.onpar.app is not installed: build the APK and install it",
        "org.onpar.app on it is not a debuggable build",
    ):
        assert words in said
    done = onpar_here("capture", *MODEL, "--target", "android-device", "--build", build)
    assert done.returncode == 1
    assert "org.onpar.app is not installed" in done.stderr


WRONG = {
    "full": "its storage is full: free some space on it",
    "unplugged": "it was unplugged, or has restarted",
    "no activity": r"the app cannot be started \(Error type 3 Error: Activity class",
    "crash": r"the app crashed, 1 of 6 captures written; `adb logcat",
    "hang": r"the app hangs: 1 of 6 captures written, and no other for -?\d+ s; keep the phone",
    "error": r"rocket.jpg: cannot be read \(no space left\); free some storage",
    "nonsense": r"its done.json cannot be read \(.*\); install this checkout's APK",
}
"""What goes wrong on a phone, and what is said of it."""


def order(wide_build: Path, out: Path) -> Order:
    """All cases of the float32 `.onnx`, for the phone PHONE."""
    [model] = (wide_build / "artifacts").glob("*-fp32-tensor.onnx")
    cases = [case.name for case in read_sidecar(sidecar_path(model)).cases]
    shots = tuple(Photograph(name, IMAGES[name], out / name) for name in cases)
    return Order(model, shots, 0, 0, "PHONE")


@pytest.mark.parametrize("wrong", WRONG)
def test_what_goes_wrong_on_a_phone_is_told_in_words_and_what_was_captured_is_fetched(
    wide_build: Path,
    tmp_path: Path,
    phones: Path,
    ready: Path,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
) -> None:
    make_phone(phones, "PHONE", ready, wrong=wrong)
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(android_device, "PATIENCE", -100.0)
    with pytest.raises(OnparError, match=r"^Pixel 6 #\w{4}: " + WRONG[wrong]) as error:
        android_device.capture(order(wide_build, tmp_path / "out"), lambda done: None)
    assert "\n" not in str(error.value)
    fetched = [path.name for path in (tmp_path / "out").iterdir()]
    assert fetched == ([] if wrong in ("full", "unplugged", "no activity") else ["astronaut"])
    assert list((phones / "PHONE" / "data").rglob("*.onnx")) == []


def test_a_capture_that_arrives_cut_is_an_error_and_is_not_kept(
    wide_build: Path, tmp_path: Path, phones: Path, ready: Path
) -> None:
    build = linked(wide_build, tmp_path / "build")
    make_phone(phones, "PHONE", ready, wrong="cut")
    done = onpar_here("capture", *MODEL, "--target", "android-device", "--build", build)
    assert done.returncode == 1
    assert "not a whole safetensors file" in done.stderr
    assert list((build / "captures").rglob("*.safetensors")) == []


def test_a_photo_whose_name_the_app_does_not_take_is_told_before_anything_is_copied(
    wide_build: Path, tmp_path: Path, phones: Path, ready: Path
) -> None:
    make_phone(phones, "PHONE", ready)
    one = order(wide_build, tmp_path)
    shutil.copy(one.model, tmp_path / one.model.name)
    sidecar = sidecar_path(one.model).read_text().replace("coffee.png", "a, b.png")
    sidecar_path(tmp_path / one.model.name).write_text(sealed(json.loads(sidecar)))
    with pytest.raises(OnparError, match=r"the app takes no file named 'a, b\.png': rename it"):
        android_device.capture(replace(one, model=tmp_path / one.model.name), lambda done: None)
    assert not (phones / "PHONE" / "log").exists()


def test_an_adb_that_hangs_or_fails_is_told_in_words(
    phones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.which("adb") or "")
    path.write_text("#!/bin/sh\necho 'error: cannot connect to daemon' >&2; exit 1\n")
    assert (
        unmet_requirements("android-device")
        == "adb does not work here: error: cannot connect to daemon"
    )
    adb.attached.cache_clear()
    path.write_text("#!/bin/sh\nexec sleep 20\n")
    monkeypatch.setattr(adb, "COMMAND_TIMEOUT", 0.2)
    said = "adb does not answer within 0 s: run `adb kill-server`, then again"
    assert unmet_requirements("android-device") == said


def test_simulated_phones_say_what_the_page_says_of_them(phones: Path, ready: Path) -> None:
    make_phone(phones, "PHONE", ready)
    assert told(phones / "PHONE")["state"] == "device"
    assert [one.serial for one in adb.attached()[0]] == ["PHONE"]
