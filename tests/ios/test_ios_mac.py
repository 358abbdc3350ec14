"""The script for what only a Mac can do: its command lines, against a simulated Mac's Xcode."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from simulated_mac import commands, make_device

from onpar.pipeline.apps.ios.choose_simulator import chosen
from onpar.pipeline.paths import ROOT

NEWEST = "A1B2C3D4-0000-4000-8000-000000000002"
"""Of those recorded, an iPhone that already runs, of the newest system that iOS 18.5's SDK has."""

PHONES = ("B1C2D3E4-0000-5000-8000-000000000001", "B1C2D3E4-0000-5000-8000-000000000002")

UDIDS = ("00008140-000000000000001E", "00008140-000000000000002E")

PROJECT = ["-project", "ios_app/onpar.xcodeproj", "-scheme", "onpar"]

DERIVED = ["-derivedDataPath", "ios_app/build/derived"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of what the script reads, so that it builds nothing into ours."""
    for name in (
        "ios_mac",
        "../pipeline/apps/ios/choose_simulator.py",
        "../pipeline/apps/ios/choose_phone.py",
    ):
        path = (ROOT / ".ci" / name).resolve()
        copy = tmp_path / "checkout" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path / "checkout"


def ios_mac(checkout: Path, *words: str, **set_: str) -> subprocess.CompletedProcess[str]:
    script = checkout / ".ci" / "ios_mac"
    kept = {k: v for k, v in os.environ.items() if k not in ("TEAM", "DEVICE", "ONPAR_IOS_APP")}
    return subprocess.run(
        ["bash", str(script), *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**kept, "PYTHON": sys.executable, **set_},
    )


LISTED = [
    ["xcrun", "--sdk", "iphonesimulator", "--show-sdk-version"],
    ["xcrun", "simctl", "list", "-j", "devices", "available"],
]


def destination(kind: str, udid: str) -> list[str]:
    return ["-destination", f"platform={kind},id={udid}"]


def test_the_tests_run_on_an_iphone_simulator_that_the_sdk_can_build_for(
    checkout: Path, mac: Path
) -> None:
    done = ios_mac(checkout, "test")
    assert done.returncode == 0, done.stderr
    build = ["xcodebuild", "test", *PROJECT, *destination("iOS Simulator", NEWEST), *DERIVED]
    assert sorted(commands(mac)) == sorted([*LISTED, build])


def test_the_app_is_built_for_a_simulator_and_installed_there(checkout: Path, mac: Path) -> None:
    done = ios_mac(checkout, "simulator")
    assert done.returncode == 0, done.stderr
    built = "ios_app/build/derived/Build/Products/Debug-iphonesimulator/onpar.app"
    where = destination("iOS Simulator", NEWEST)
    assert commands(mac)[2:] == [
        ["xcodebuild", "build", *PROJECT, *where, *DERIVED, "-configuration", "Debug"],
        ["xcrun", "simctl", "bootstatus", NEWEST, "-b"],
        ["xcrun", "simctl", "install", NEWEST, built],
    ]
    assert (checkout / built).is_dir()


def test_the_app_is_signed_by_ones_own_team_and_installed_on_the_phone(
    checkout: Path, mac: Path, tmp_path: Path
) -> None:
    make_device(mac, PHONES[0], tmp_path)
    done = ios_mac(checkout, "device", TEAM="ABCDE12345", ONPAR_IOS_APP="com.example.onpar")
    assert done.returncode == 0, done.stderr
    built = "ios_app/build/derived/Build/Products/Debug-iphoneos/onpar.app"
    where = destination("iOS", UDIDS[0])
    signed = ["-allowProvisioningUpdates", "-allowProvisioningDeviceRegistration"]
    signed += ["DEVELOPMENT_TEAM=ABCDE12345", "PRODUCT_BUNDLE_IDENTIFIER=com.example.onpar"]
    build = ["xcodebuild", "build", *PROJECT, *where, *DERIVED, "-configuration", "Debug"]
    answer = ["--json-output", "ios_app/build/derived/devices.json"]
    assert commands(mac)[:2] == [["xcrun", "devicectl", "list", "devices", *answer], build + signed]
    assert commands(mac)[2][:5] == ["xcrun", "devicectl", "device", "install", "app"]
    assert commands(mac)[2][5:] == ["--device", UDIDS[0], built]


def test_of_several_phones_one_must_be_chosen(checkout: Path, mac: Path, tmp_path: Path) -> None:
    for phone in PHONES:
        make_device(mac, phone, tmp_path)
    done = ios_mac(checkout, "device", TEAM="ABCDE12345")
    assert done.returncode != 0
    assert f"choose one by DEVICE=IDENTIFIER, of {UDIDS[0]} (iPhone 16), {UDIDS[1]}" in done.stderr
    assert not any("xcodebuild" in words for words in commands(mac))
    done = ios_mac(checkout, "device", TEAM="ABCDE12345", DEVICE=UDIDS[1])
    assert done.returncode == 0, done.stderr
    assert commands(mac)[-1][5:7] == ["--device", UDIDS[1]]


def test_a_workspace_of_cocoapods_is_built_in_the_projects_place(checkout: Path, mac: Path) -> None:
    (checkout / "ios_app" / "onpar.xcworkspace").mkdir(parents=True)
    assert ios_mac(checkout, "test").returncode == 0
    assert commands(mac)[-1][2:4] == ["-workspace", "ios_app/onpar.xcworkspace"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("device",), "Set TEAM to your team's identifier"),
        ((), "ios_mac test"),
        (("simulators",), "ios_mac simulator"),
    ],
)
def test_wrong_usage_is_told_before_anything_runs(
    checkout: Path, mac: Path, words: tuple[str, ...], said: str
) -> None:
    done = ios_mac(checkout, *words)
    assert done.returncode == 2 and said in done.stderr
    assert commands(mac) == []


def test_without_xcode_a_mac_is_asked_for(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    for tool in ("bash", "dirname", "sed"):
        (tmp_path / "bare" / tool).symlink_to(shutil.which(tool) or "")
    done = ios_mac(checkout, "test", PATH=str(tmp_path / "bare"))
    assert (done.returncode, done.stderr) == (
        2,
        "ios_mac: no Xcode here: it takes a Mac with Xcode 16\n",
    )


def test_a_failing_build_fails_the_script(checkout: Path, mac: Path, tmp_path: Path) -> None:
    (tmp_path / "bin" / "xcodebuild").write_text("#!/bin/sh\nexit 65\n")
    done = ios_mac(checkout, "simulator")
    assert done.returncode == 65
    assert not any("install" in words for words in commands(mac))


def test_a_simulator_of_a_newer_system_than_the_sdk_or_that_is_broken_is_not_chosen() -> None:
    one = {"isAvailable": True, "state": "Shutdown", "udid": "A", "name": "iPhone 17"}
    runtime = "com.apple.CoreSimulator.SimRuntime.iOS-"
    assert chosen({"devices": {runtime + "26-0": [one]}}, "18.5") == ""
    assert chosen({"devices": {runtime + "26-0": [one]}}, "26.0") == "A"
    broken = {**one, "isAvailable": False}
    assert chosen({"devices": {runtime + "18-0": [broken]}}, "18.5") == ""
    assert chosen({"devices": {runtime + "18-0": [{**one, "name": "iPad mini"}]}}, "18.5") == ""
    old = {**one, "udid": "B"}
    assert chosen({"devices": {runtime + "9-3": [old], runtime + "18-0": [one]}}, "18.5") == "A"
