"""The iOS app on this Mac's running simulators, through simctl: `.onnx` and `.ort` on ONNX Runtime,
`.mlpackage` on Core ML.

The app's container is a folder on this Mac: the model, its sidecar and the photos are copied into
it, and the app is started with arguments that name them. docs/phones.md says how to install it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.files.copies import copy
from onpar.pipeline.apps.ios.handed_over import MAX_DONE_BYTES, check_size, lay_out, new_name
from onpar.pipeline.apps.ios.launched import FOLDER, Launched, arguments, launched
from onpar.pipeline.apps.ios.simctl import Simulator, booted, container, launch_command, terminate
from onpar.pipeline.build_folder.keys import artifact_digest, key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.captured_folder import (
    DONE_FILE,
    PATIENCE,
    Watched,
    chosen_cases,
    given_files,
    megabytes,
    only_a_photo,
    refuse_names,
    wait,
)
from onpar.pipeline.targets.target import Order


def unmet_requirements() -> str:
    """What is missing: Xcode, or a running simulator."""
    simulators, problem = booted()
    if problem or simulators:
        return problem
    return "no simulator with iOS runs: run `bash .ci/ios_mac simulator`, which starts one"


def devices() -> dict[str, str]:
    """The running simulators' identifiers, and names to show."""
    return {one.udid: one.name for one in booted()[0]}


def refusal(model: ModelSpec, device: str) -> str:
    """Why the model takes more than a photo, or the simulator does not have the app."""
    return only_a_photo(model, "iOS") or unready(device)


@cache
def unready(device: str) -> str:
    """Why the app on this simulator cannot be used, queried once per process; empty if it can."""
    try:
        container(_simulator(device), "data")
    except OnparError as error:
        return str(error)
    return ""


@cache
def identity(device: str) -> str:
    """The simulator's system, and the digest of the app installed there."""
    try:
        simulator = _simulator(device)
        return key_of(system=simulator.system, app=artifact_digest(container(simulator, "app")))
    except (OnparError, OSError):
        return "unknown"


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Copy everything into the app's container, start the app, wait for it, and take its
    captures."""
    simulator = _simulator(order.device)
    artifact = read_sidecar(sidecar_path(order.model))
    refuse_names(artifact)
    cases = chosen_cases(order, artifact)
    files = given_files(order)
    name = new_name(artifact)
    folder = container(simulator, "data") / FOLDER / name
    try:
        lay_out(files, folder)
        words = arguments(cases, name, order.threads, order.measured)
        with launched(launch_command(simulator, words)) as app:
            patience = PATIENCE + megabytes(files)
            problem = wait(_watched(app, folder), len(order.photographs), patience, done)
        for one in order.photographs:
            _take(folder / f"{one.case}.safetensors", one.out)
    finally:
        with suppress(OnparError):
            terminate(simulator)
        shutil.rmtree(folder, ignore_errors=True)
    if problem:
        raise OnparError(f"{simulator.name}: {problem}")


def _simulator(device: str) -> Simulator:
    for simulator in booted()[0]:
        if simulator.udid == device:
            return simulator
    raise OnparError("the simulator does not run any more: start it, and run again")


def _watched(app: Launched, folder: Path) -> Watched:
    return Watched(
        alive=app.alive,
        names=lambda: {path.name for path in folder.glob("*")},
        ended=lambda: _text(folder / DONE_FILE),
        gone=app.gone,
        hint="restart the simulator",
        again="run `bash .ci/ios_mac simulator`, which installs this checkout's app",
    )


def _text(path: Path) -> str:
    check_size(path.name, path.lstat().st_size, MAX_DONE_BYTES)
    return path.read_text(encoding="utf-8", errors="replace") if _is_its_own(path) else ""


def _take(written: Path, out: Path) -> None:
    if _is_its_own(written):
        check_size(written.name, written.stat().st_size)
        copy(written, out)


def _is_its_own(path: Path) -> bool:
    """Whether it is a regular file: a link could lead to any file on this Mac."""
    return path.is_file() and not path.is_symlink()
