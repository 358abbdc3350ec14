"""The target `ios-simulator`: simulators of a Mac, of which none was there when this was written.

What onpar does with what simctl says is tested with a simulated Mac (simulated_mac.py).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builds import RECIPE, WIDE, linked
from here import onpar_here
from matrix import run_in
from sidecars import sealed
from simulated_mac import RECORDED, commands, make_device

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.status import Status
from onpar.pipeline.apps.ios import simctl, xcode
from onpar.pipeline.apps.ios.xcode import xcrun
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets import elsewhere, ios_simulator, missing, unmet_requirements
from onpar.pipeline.targets.target import Order

MODEL = ("--recipe", RECIPE, "--weights", "seeded:0", "--size", WIDE)

ONNX = (*MODEL, "--format", "onnx-fp32-tensor")

UDID = "A1B2C3D4-0000-4000-8000-000000000001"

OTHER = "A1B2C3D4-0000-4000-8000-000000000002"

CASES = 6


@pytest.fixture(scope="module")
def captures(ready: Callable[[str], Path]) -> Path:
    return ready("ios-simulator")


def test_without_xcode_a_mac_with_xcode_is_named_and_no_row_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing("ios-simulator") == "needs a Mac with Xcode 16"
    assert missing("ios-device") == "needs a Mac with Xcode 16"
    assert not {"ios-simulator", "ios-device"} & set(elsewhere("coreml"))
    monkeypatch.undo()
    done = onpar_here("capture", *ONNX, "--target", "ios-simulator", "--build", tmp_path)
    assert done.returncode == 2
    assert "target 'ios-simulator' cannot run here: needs a Mac with Xcode 16" in done.stderr


def test_of_what_simctl_lists_those_that_run_ios_are_told_apart_by_name() -> None:
    found = simctl.parse_booted((RECORDED / "simctl_list_devices.json").read_text())
    assert [one.udid for one in found] == [UDID, OTHER]
    names = [one.name for one in found]
    assert re.fullmatch(r"iPhone 16 Pro iOS 18\.4 #[0-9a-f]{4}", names[0])
    assert re.fullmatch(r"iPhone SE 3rd generation iOS 18\.4 #[0-9a-f]{4}", names[1])
    assert not any(UDID[:8] in name for name in names)


def test_a_simulator_whose_identifier_is_an_option_is_left_out() -> None:
    said = (RECORDED / "simctl_list_devices.json").read_text().replace(UDID, "--help")
    assert [one.udid for one in simctl.parse_booted(said)] == [OTHER]


def test_two_simulators_are_two_rows_on_par_and_nothing_is_captured_twice(
    wide_build: Path, tmp_path: Path, mac: Path, captures: Path
) -> None:
    build = linked(wide_build, tmp_path / "build", "captures")
    for udid in (UDID, OTHER):
        make_device(mac, udid, captures)
    done = onpar_here("parity", *ONNX, "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr
    mine = [one for one in run_in(build).verdicts if one.target == "ios-simulator"]
    assert {re.sub(r" #\w{4}$", "", one.device) for one in mine} == {"iPhone 16"}
    assert len({one.device for one in mine}) == 2
    assert [one.status for one in mine] == [Status.PASS] * 2 * CASES
    again = onpar_here("capture", *ONNX, "--target", "ios-simulator", "--build", build, "--json")
    assert [one["fresh"] for one in json.loads(again.stdout)] == [False, False]
    gone = next((build / "captures" / "ios-simulator").glob("*/*/coffee.safetensors"))
    gone.unlink()
    before = len(commands(mac))
    again = onpar_here("capture", *ONNX, "--target", "ios-simulator", "--build", build, "--json")
    assert sorted(one["fresh"] for one in json.loads(again.stdout)) == [False, True]
    [launch] = [words for words in commands(mac)[before:] if "launch" in words]
    assert launch[launch.index("-capture") + 1] == "coffee" and gone.exists()


@pytest.mark.parametrize("suffix", [".onnx", ".mlpackage"])
def test_the_app_is_given_the_artifact_and_started_by_these_command_lines(
    ordered: Callable[..., Order], mac: Path, captures: Path, suffix: str
) -> None:
    device = make_device(mac, UDID, captures)
    order, progress = ordered(UDID, suffix), list[int]()
    ios_simulator.capture(order, progress.append)
    assert all(one.out.stat().st_size > 0 for one in order.photographs)
    name = read_sidecar(sidecar_path(order.model)).sha256[:16]
    listed, contained, launched, ended = commands(mac)
    assert listed == ["xcrun", "simctl", "list", "devices", "booted", "-j"]
    app = "org.onpar.app"
    assert contained == ["xcrun", "simctl", "get_app_container", UDID, app, "data"]
    options = ["--console-pty", "--terminate-running-process"]
    assert launched[:7] == ["xcrun", "simctl", "launch", *options, UDID, app]
    folder = launched[10]
    told = ["-capture", "all", "-folder", folder, "-threads", "2", "-runs", "3"]
    assert launched[7:] == told and re.fullmatch(name + "-[0-9a-f]{8}", folder)
    assert ended == ["xcrun", "simctl", "terminate", UDID, app]
    # Progress is told while captures are written; the app that is played writes them at once.
    assert progress == sorted(progress) and set(progress) <= set(range(1, CASES + 1))
    assert list((device / "data" / "Documents" / "capture").iterdir()) == []


HANGS = 10.0
"""Seconds in which the app that is played writes its first capture on a busy machine."""

WRONG = {
    "crash": r"the app crashed, 1 of 6 captures written \(libc\+\+abi: terminating due to unc",
    "hang": r"the app hangs: 1 of 6 captures written, and no other for 10 s; restart the sim",
    "error": r"rocket.jpg: cannot be read; free some storage$",
    "nonsense": r"its done.json cannot be read \(.*\); run `bash .ci/ios_mac simulator`",
}
"""What goes wrong on a simulator, and what is said of it."""


@pytest.mark.parametrize("wrong", WRONG)
def test_what_goes_wrong_on_a_simulator_is_told_in_words_and_what_was_captured_is_taken(
    ordered: Callable[..., Order],
    mac: Path,
    captures: Path,
    monkeypatch: pytest.MonkeyPatch,
    impatient: Callable[[int], None],
    wrong: str,
) -> None:
    device = make_device(mac, UDID, captures, wrong=wrong)
    monkeypatch.setattr(ios_simulator, "PATIENCE", HANGS)
    monkeypatch.setattr(ios_simulator, "megabytes", lambda files: 0.0)
    order = ordered(UDID)
    begin = r"^iPhone 16 Pro iOS 18\.4 #\w{4}: "
    with pytest.raises(OnparError, match=begin + WRONG[wrong]) as error:
        ios_simulator.capture(order, impatient if wrong == "hang" else lambda done: None)
    assert "\n" not in str(error.value)
    assert [one.case for one in order.photographs if one.out.exists()] == ["astronaut"]
    assert list((device / "data" / "Documents" / "capture").iterdir()) == []


def test_a_done_json_of_a_megabyte_is_not_read(
    ordered: Callable[..., Order], mac: Path, captures: Path
) -> None:
    make_device(mac, UDID, captures, wrong="long")
    with pytest.raises(OnparError, match=r"^done\.json has \d+ bytes, the limit is 65536;"):
        ios_simulator.capture(ordered(UDID), lambda done: None)


def test_a_link_in_place_of_a_capture_is_not_followed(
    ordered: Callable[..., Order], mac: Path, captures: Path
) -> None:
    make_device(mac, UDID, captures, wrong="link")
    order = ordered(UDID)
    ios_simulator.capture(order, lambda done: None)
    assert not any(one.out.exists() for one in order.photographs)


def test_a_simulator_without_the_app_is_not_run_with_the_reason_and_another_is(
    wide_build: Path, tmp_path: Path, mac: Path, captures: Path
) -> None:
    build = linked(wide_build, tmp_path / "build", "captures")
    make_device(mac, UDID, captures)
    make_device(mac, OTHER, captures, app="absent")
    done = onpar_here("parity", *ONNX, "--build", build)
    assert done.returncode == 0, done.stdout + done.stderr
    mine = [one for one in run_in(build).verdicts if one.target == "ios-simulator"]
    assert sorted(one.status for one in mine) == ["NOT_RUN"] * CASES + ["PASS"] * CASES
    assert "org.onpar.app is not installed: run `bash .ci/ios_mac simulator`" in " ".join(
        one.sentence for one in mine
    )


def test_a_photo_whose_name_the_app_does_not_take_is_told_before_anything_is_copied(
    ordered: Callable[..., Order], tmp_path: Path, mac: Path, captures: Path
) -> None:
    device = make_device(mac, UDID, captures)
    order = ordered(UDID)
    shutil.copy(order.model, tmp_path / order.model.name)
    sidecar = sidecar_path(order.model).read_text().replace("coffee.png", "a, b.png")
    sidecar_path(tmp_path / order.model.name).write_text(sealed(json.loads(sidecar)))
    with pytest.raises(OnparError, match=r"the app takes no file named 'a, b\.png'"):
        ios_simulator.capture(replace(order, model=tmp_path / order.model.name), lambda done: None)
    assert not (device / "data" / "Documents" / "capture").exists()


UNUSABLE = {
    "echo 'xcrun: error: unable to find utility \"simctl\"' >&2; exit 72": "no Xcode is chosen: in",
    "echo 'You have not agreed to the Xcode license agreements.' >&2; exit 69": "Xcode's licence",
    "exec sleep 20": "`xcrun simctl list devices` is not done after 0 s: quit Xcode",
    "echo '{}'": "`xcrun simctl list -j`: onpar does not understand its output (",
    "echo '{\"devices\": {}}'": "no simulator with iOS runs: run `bash .ci/ios_mac simulator`",
}
"""An `xcrun` that is no help, and what is said of it."""


@pytest.mark.parametrize("script", UNUSABLE)
def test_an_xcode_that_cannot_be_used_is_told_in_words(
    mac: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    (tmp_path / "bin" / "xcrun").write_text(f"#!/bin/sh\n{script}\n")
    monkeypatch.setattr(xcrun, "__defaults__", None)
    monkeypatch.setattr(xcrun, "__kwdefaults__", {"patience": 0.4})
    assert unmet_requirements("ios-simulator").startswith(UNUSABLE[script])
    assert xcode.absent() == ""
