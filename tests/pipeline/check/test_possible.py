"""A capture is of the target that it names only where that target can have made it."""

from __future__ import annotations

import platform
from dataclasses import replace
from typing import Any

import pytest
from samples import artifact, info

from onpar.exporters import FORMATS
from onpar.parity.contract.capture import CaptureInfo
from onpar.parity.contract.spec import Artifact
from onpar.parity.judge.status import Status
from onpar.pipeline.check.possible import impossible, other_unit, unknown_target
from onpar.pipeline.host import operating_system
from onpar.pipeline.preflight.published.environments import PACKAGES
from onpar.pipeline.targets import TARGETS

HERE = info(os=operating_system(), arch=platform.machine(), target="onnxruntime")

PHONES: dict[str, dict[str, Any]] = {
    "android-device": {"os": "Android 16 (API 36)", "arch": "aarch64"},
    "ios-device": {"os": "iOS Version 18.5 (Build 22F76)", "arch": "arm64"},
    "ios-simulator": {"os": "Simulated iOS Version 18.5 (Build 22F76)", "arch": "arm64"},
}
"""What the apps say of where they ran."""


def refused(changed: CaptureInfo, of: Artifact) -> tuple[Status, str]:
    fault = impossible(changed, of)
    assert fault is not None and fault.stage == "identity"
    return fault.status, fault.detail


def test_what_the_targets_capture_is_possible() -> None:
    onnx = artifact()
    assert impossible(HERE, onnx) is None
    assert impossible(replace(HERE, target="ios-host"), onnx) is None
    for target, place in PHONES.items():
        assert impossible(replace(HERE, target=target, **place), onnx) is None
    coreml = replace(onnx, format="coreml")
    for unit in ("CPU", "CPU+GPU", "CPU+NPU", "CPU+GPU+NPU"):
        phone = replace(HERE, runtime="coreml", compute_unit=unit, **PHONES["ios-device"])
        assert impossible(replace(phone, target="ios-device"), coreml) is None


@pytest.mark.parametrize("target", PHONES)
def test_what_was_captured_here_is_of_no_phone(target: str) -> None:
    status, said = refused(replace(HERE, target=target), artifact())
    assert status is Status.WRONG_TARGET
    assert f"its os is {operating_system()!r}, expected " in said
    assert said.startswith(f"{target} cannot have made this capture: ")


def test_what_ran_in_a_simulator_or_on_robolectric_is_of_no_phone() -> None:
    simulated = replace(HERE, target="ios-device", **PHONES["ios-simulator"])
    assert refused(simulated, artifact())[0] is Status.WRONG_TARGET
    robolectric = replace(HERE, target="android-device", os="Robolectric 16 (API 36)")
    assert refused(robolectric, artifact())[0] is Status.WRONG_TARGET


@pytest.mark.parametrize("target", [name for name in TARGETS if TARGETS[name].formats])
def test_a_target_captures_only_the_formats_that_it_runs(target: str) -> None:
    for form in FORMATS.keys() - set(TARGETS[target].formats):
        status, said = refused(replace(HERE, target=target), replace(artifact(), format=form))
        assert status is Status.WRONG_TARGET
        assert f"its format is {form!r}, expected {' or '.join(TARGETS[target].formats)}" in said


def test_a_compute_unit_that_the_target_has_not_is_refused_and_one_unsaid_not_judged() -> None:
    status, said = refused(replace(HERE, compute_unit="GPU"), artifact())
    assert status is Status.WRONG_TARGET and "its compute_unit is 'GPU', expected CPU" in said
    status, said = refused(replace(HERE, compute_unit=""), artifact())
    assert status is Status.UNJUDGED and "has no 'compute_unit'" in said and "again" in said


def test_another_unit_than_the_targets_default_is_a_part_of_the_row() -> None:
    phone = replace(HERE, target="android-device", **PHONES["android-device"])
    assert other_unit(phone) == ""
    assert other_unit(replace(phone, compute_unit="NNAPI")) == "NNAPI"


def test_a_target_that_does_not_exist_is_refused_with_those_that_do() -> None:
    fault = unknown_target(replace(HERE, target="my-phone"))
    assert fault is not None and fault.status is Status.WRONG_TARGET
    assert "its target is 'my-phone', expected one of pytorch-eager, " in fault.detail
    assert unknown_target(HERE) is None


def test_every_target_says_what_its_captures_can_be_of() -> None:
    for name, target in TARGETS.items():
        made = target.made
        assert made.systems and made.architectures and made.units, name
        assert made.runtimes or not target.formats, name


def test_a_pinned_runtime_is_a_package_that_preflight_installs() -> None:
    assert set(TARGETS["pinned-runtime"].made.runtimes) == set(PACKAGES)
    status, said = refused(replace(HERE, target="pinned-runtime", runtime="coreml"), artifact())
    assert status is Status.WRONG_TARGET and "its runtime is 'coreml'" in said
