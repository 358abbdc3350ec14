"""The target `ios-device`: iPhones on a cable, of which none was there when this was written.

What onpar does with what devicectl says is tested with a simulated Mac (simulated_mac.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from builds import RECIPE, WIDE, linked
from here import onpar_here
from matrix import run_in
from simulated_mac import RECORDED, commands, make_device

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.status import Status
from onpar.pipeline.apps.ios import devicectl
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets import ios_device, unmet_requirements
from onpar.pipeline.targets.target import Order

ONNX = (
    *("--recipe", RECIPE, "--weights", "seeded:0", "--size", WIDE),
    *("--format", "onnx-fp32-tensor"),
)

PHONES = [f"B1C2D3E4-0000-5000-8000-00000000000{number}" for number in range(9)]
"""As recorded: 1 and 2 are ready, 3 is an iPad, 4 trusts no Mac, 5 has no Developer Mode, 6 is on
Wi-Fi, 7 was paired once, 8 is a watch."""

PHONE = PHONES[1]

CASES = 6


@pytest.fixture(scope="module")
def captures(ready: Callable[[str], Path]) -> Path:
    return ready("ios-device")


def test_phones_and_tablets_on_a_cable_are_taken_and_told_apart_and_nothing_else(
    mac: Path, captures: Path
) -> None:
    for one in PHONES[1:]:
        make_device(mac, one, captures)
    assert list(ios_device.devices()) == PHONES[1:6]
    names = list(ios_device.devices().values())
    assert [name[:-6] for name in names] == ["iPhone 16"] * 2 + ["iPad Pro 11-inch"] + [
        "iPhone 16"
    ] * 2
    assert len(set(names)) == 5 and all(re.search(r" #[0-9a-f]{4}$", name) for name in names)
    assert not any("Ann" in name or "B1C2" in name for name in names)
    refused = [phone.refuses for phone in devicectl.attached()[0]]
    assert refused[:3] == [""] * 3
    assert "Trust This Computer" in refused[3] and "Developer Mode" in refused[4]


def test_without_a_phone_on_a_cable_one_is_asked_for(mac: Path, captures: Path) -> None:
    for one in PHONES[6:]:
        make_device(mac, one, captures)
    assert unmet_requirements("ios-device").startswith("no iPhone is attached: plug one in")


def test_where_no_attached_phone_may_be_used_the_reasons_are_given(
    mac: Path, captures: Path
) -> None:
    for one in PHONES[4:6]:
        make_device(mac, one, captures)
    said = unmet_requirements("ios-device")
    assert "Trust This Computer" in said and "its Developer Mode is off" in said


def test_answers_without_the_fields_that_are_read_are_told_and_taken_for_no_phone(
    mac: Path, tmp_path: Path
) -> None:
    newer = RECORDED / "devicectl_newer_list_devices.json"
    script = f'#!/bin/sh\nfor last; do :; done\ncp {newer} "$last"\n'
    (tmp_path / "bin" / "xcrun").write_text(script)
    said = unmet_requirements("ios-device")
    assert said.startswith("`devicectl list devices`: onpar does not understand its output (")
    assert "connectionProperties" in said and ios_device.devices() == {}


def test_an_answer_without_end_is_not_read(
    mac: Path, captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_device(mac, PHONE, captures)
    monkeypatch.setattr(devicectl, "MAX_ANSWER_BYTES", 100)
    assert unmet_requirements("ios-device") == "devicectl's answer has more than 100 bytes"


def test_two_phones_are_two_rows_on_par_and_those_that_cannot_run_give_the_reason(
    wide_build: Path, tmp_path: Path, mac: Path, captures: Path
) -> None:
    build = linked(wide_build, tmp_path / "build", "captures")
    make_device(mac, PHONES[1], captures)
    make_device(mac, PHONES[2], captures, wrong="locked")
    make_device(mac, PHONES[3], captures)
    make_device(mac, PHONES[4], captures)
    make_device(mac, PHONES[5], captures)
    done = onpar_here("parity", *ONNX, "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr
    mine = [one for one in run_in(build).verdicts if one.target == "ios-device"]
    assert sum(one.status is Status.PASS for one in mine) == 2 * CASES
    refused = [one for one in mine if one.status is Status.NOT_RUN]
    assert len(refused) + 2 * CASES == len(mine) and len(refused) == 3 * CASES
    said = " ".join(one.sentence for one in refused)
    for words in (
        "it is locked: unlock it, and keep it unlocked",
        "it does not trust this Mac",
        "its Developer Mode is off",
    ):
        assert words in said
    # A refusal is asked for before anything is copied.
    copied = {words[words.index("--device") + 1] for words in commands(mac) if "copy" in words}
    assert copied == {PHONES[1], PHONES[3]}


def test_a_phone_without_the_app_says_how_it_is_installed(mac: Path, captures: Path) -> None:
    make_device(mac, PHONE, captures, app="absent")
    assert ios_device.unready(PHONE).endswith(
        "org.onpar.app is not installed: run `bash .ci/ios_mac device` (docs/phones.md)"
    )


CONTAINER = ["--domain-type", "appDataContainer", "--domain-identifier", "org.onpar.app"]


@pytest.mark.parametrize("suffix", [".onnx", ".mlpackage"])
def test_the_app_is_given_the_artifact_and_started_by_these_command_lines(
    ordered: Callable[..., Order], mac: Path, captures: Path, suffix: str
) -> None:
    make_device(mac, PHONE, captures)
    order = ordered(PHONE, suffix)
    ios_device.capture(order, lambda done: None)
    assert all(one.out.stat().st_size > 0 for one in order.photographs)
    lines = [words[1:] for words in commands(mac)]
    assert all(words[0] == "devicectl" for words in lines)
    [launch] = [words for words in lines if "launch" in words]
    options = ["--device", PHONE, "--console", "--terminate-existing", "org.onpar.app", "--"]
    assert launch[:10] == ["devicectl", "device", "process", "launch", *options]
    folder = launch[launch.index("-folder") + 1]
    assert launch[10:] == ["-capture", "all", "-folder", folder, "-threads", "2", "-runs", "3"]
    name = read_sidecar(sidecar_path(order.model)).sha256[:16]
    assert re.fullmatch(name + "-[0-9a-f]{8}", folder)
    to = [words for words in lines if words[1:4] == ["device", "copy", "to"]]
    for words in to:
        ends = ["--source", words[-3], "--destination", "Documents/capture"]
        assert words[4:] == ["--device", PHONE, *CONTAINER, "--user", "mobile", *ends]
        assert words[-3].endswith("/capture")
    assert len(to) == 2
    back = [words for words in lines if words[1:4] == ["device", "copy", "from"]]
    sources = [words[words.index("--source") + 1] for words in back]
    written = [f"{one.case}.safetensors" for one in order.photographs]
    assert sources == [f"Documents/capture/{folder}/{one}" for one in ["done.json", *written]]
    asked = {tuple(words[2:4]) for words in lines if "info" in words}
    assert asked == {("info", "apps"), ("info", "lockState"), ("info", "files")}
    [listing, *_] = [words for words in lines if words[2:4] == ["info", "files"]]
    where = ["--username", "mobile", "--subdirectory", f"Documents/capture/{folder}"]
    assert listing[4:-2] == ["--device", PHONE, *CONTAINER, *where, "--no-recurse"]


def test_nothing_of_a_photo_or_a_model_is_left_on_the_phone_and_nothing_else_is_touched(
    ordered: Callable[..., Order], mac: Path, captures: Path
) -> None:
    device = make_device(mac, PHONE, captures)
    kept = device / "data" / "Documents" / "capture" / "older" / "kept.safetensors"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"another's")
    for suffix in (".onnx", ".mlpackage"):
        ios_device.capture(ordered(PHONE, suffix), lambda done: None)
    left = {p for p in (device / "data").rglob("*") if p.is_file() and p != kept}
    assert len(left) > 2 * CASES
    assert {path.read_text() for path in left} == {ios_device.EMPTIED_FILE_TEXT}
    assert kept.read_bytes() == b"another's"
    assert not any("--remove-existing-content" in words for words in commands(mac))


HANGS = 10.0
"""Seconds in which the app that is played writes its first capture on a busy machine."""

WRONG = {
    "crash": r"the app crashed, 1 of 6 captures written \(libc\+\+abi: terminating due to unc",
    "hang": r"the app hangs: 1 of 6 captures written, and no other for 10 s; keep the phone",
    "error": r"rocket.jpg: cannot be read; free some storage$",
    "nonsense": r"its done.json cannot be read \(.*\); run `bash .ci/ios_mac device`",
    "locked": r"it is locked: unlock it, and keep it unlocked$",
    "locked at start": r"the app cannot be started: it is locked: unlock it",
    "untrusted": r"the app cannot be started: it does not trust the app's developer: on it, open",
    "unplugged": r"it does not answer: plug it in, unlock it, and run again$",
    "full": r"its storage is full: free some space on it",
    "deeper": r"devicectl put .*\.onnx elsewhere than into Documents/capture/",
}
"""What goes wrong on a phone, and what is said of it."""


@pytest.mark.parametrize("wrong", WRONG)
def test_what_goes_wrong_on_a_phone_is_told_in_words_and_what_was_captured_is_fetched(
    ordered: Callable[..., Order],
    mac: Path,
    captures: Path,
    monkeypatch: pytest.MonkeyPatch,
    impatient: Callable[[int], None],
    wrong: str,
) -> None:
    make_device(mac, PHONE, captures, wrong=wrong)
    monkeypatch.setattr(ios_device, "PATIENCE", HANGS)
    monkeypatch.setattr(ios_device, "megabytes", lambda files: 0.0)
    order = ordered(PHONE)
    with pytest.raises(OnparError, match=r"^iPhone 16 #\w{4}: " + WRONG[wrong]) as error:
        ios_device.capture(order, impatient if wrong == "hang" else lambda done: None)
    assert "\n" not in str(error.value)
    ran = ("crash", "hang", "error", "nonsense")
    fetched = [one.case for one in order.photographs if one.out.exists()]
    assert fetched == (["astronaut"] if wrong in ran else [])


def test_a_capture_that_is_said_to_be_larger_than_any_is_not_fetched(
    ordered: Callable[..., Order], mac: Path, captures: Path
) -> None:
    make_device(mac, PHONE, captures, wrong="huge")
    order = ordered(PHONE)
    with pytest.raises(
        OnparError, match=r"^astronaut\.safetensors has 1099511627776 bytes, the limit"
    ):
        ios_device.capture(order, lambda done: None)
    assert not any(one.out.exists() for one in order.photographs)


def test_a_capture_that_arrives_cut_is_an_error_and_is_not_kept(
    wide_build: Path, tmp_path: Path, mac: Path, captures: Path
) -> None:
    build = linked(wide_build, tmp_path / "build")
    make_device(mac, PHONE, captures, wrong="cut")
    done = onpar_here("capture", *ONNX, "--target", "ios-device", "--build", build)
    assert done.returncode == 1
    assert "not a whole safetensors file" in done.stderr
    assert list((build / "captures").rglob("*.safetensors")) == []


def test_an_app_that_is_installed_anew_is_captured_anew(mac: Path, captures: Path) -> None:
    make_device(mac, PHONE, captures)
    before = ios_device.identity(PHONE)
    ios_device.identity.cache_clear()
    assert ios_device.identity(PHONE) == before != "unknown"
    apps = msgspec.json.decode((RECORDED / "devicectl_info_apps.json").read_bytes())["result"]
    assert re.search(r"/Application/[0-9A-F-]{36}/", apps["apps"][0]["url"])
    (mac / PHONE / "said.json").write_text('{"wrong": "", "app": "anew"}')
    ios_device.identity.cache_clear()
    assert ios_device.identity(PHONE) not in (before, "unknown")
