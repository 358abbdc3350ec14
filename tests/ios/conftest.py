"""What the tests of both targets share: a Mac, and the captures that its devices' app writes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from simulated_mac import make_mac

from onpar.parity.contract.capture import read_capture, write_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.pipeline.apps.ios import devicectl, simctl
from onpar.pipeline.paths import PHOTOS, SCENES
from onpar.pipeline.targets import captured_folder, ios_device, ios_simulator
from onpar.pipeline.targets.target import Order, Photograph

SYSTEMS = {"ios-device": "iOS", "ios-simulator": "Simulated iOS"}
"""What the app's captures call them (ios_app/Bridge/place.mm)."""

IMAGES = {path.stem: path for path in (*PHOTOS, *SCENES)}

ASKED_ONCE = (
    simctl.booted,
    devicectl.attached,
    *(
        asked
        for target in (ios_simulator, ios_device)
        for asked in (target.unready, target.identity)
    ),
)


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """What is asked once a process is asked once a test."""
    for asked in ASKED_ONCE:
        asked.cache_clear()
    yield
    for asked in ASKED_ONCE:
        asked.cache_clear()


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the simulated Mac's devices."""
    folder = tmp_path / "mac"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(make_mac(tmp_path / "bin")), prepend=os.pathsep)
    monkeypatch.setenv("ONPAR_MAC", str(folder))
    monkeypatch.setenv("CI", "")
    return folder


@pytest.fixture(scope="session")
def ready(wide_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """What the app would write for a target: the captures of this machine, as if made there."""
    made_here = wide_build / "captures" / "onnxruntime"

    def make(target: str) -> Path:
        folder = tmp_path_factory.mktemp(target)
        [package] = (wide_build / "artifacts").glob("*-fp32-tensor.mlpackage")
        for path in made_here.glob("*-fp32-tensor.onnx/*.safetensors"):
            made = read_capture(path)
            system = SYSTEMS[target] + " Version 18.5 (Build 22F76)"
            phone: dict[str, Any] = {"device": "iPhone 16", "os": system, "arch": "arm64"}
            info = replace(made.info, target=target, extra={}, **phone)
            write_capture(folder / path.parent.name / path.name, replace(made, info=info))
            digest = read_sidecar(sidecar_path(package)).sha256
            info = replace(info, artifact=package.name, artifact_sha256=digest, runtime="coreml")
            write_capture(folder / package.name / path.name, replace(made, info=info))
        return folder

    return make


@pytest.fixture
def ordered(wide_build: Path, tmp_path: Path) -> Callable[..., Order]:
    """All cases of a float32 artifact, to be written into `out`."""

    def make(device: str, suffix: str = ".onnx") -> Order:
        [model] = (wide_build / "artifacts").glob(f"*-fp32-tensor{suffix}")
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        cases = [case.name for case in read_sidecar(sidecar_path(model)).cases]
        shots = tuple(Photograph(name, IMAGES[name], out / name) for name in cases)
        return Order(model, shots, 2, 3, device)

    return make


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """To be called with the progress: from the first capture on, a minute passes between two
    looks."""
    minutes, captured = count(), list[int]()

    def monotonic() -> float:
        return time.monotonic() + (60.0 * next(minutes) if captured else 0.0)

    clock = SimpleNamespace(monotonic=monotonic, sleep=time.sleep)
    monkeypatch.setattr(captured_folder, "time", clock)
    return captured.append
