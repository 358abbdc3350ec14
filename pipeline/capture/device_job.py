"""Runs an artifact on a target that writes its captures itself, and checks and keeps them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from onpar.parity.contract.capture import CaptureError, read_capture, write_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, Case
from onpar.parity.files.atomic import TEMPORARY
from onpar.pipeline.build_folder.device_lock import alone_on
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.capture.capture_job import Runs, stale
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets import TARGETS, devices
from onpar.pipeline.targets.target import Order, Photograph


def device_capture_key(target: str, device: str, artifact: Artifact, runs: Runs, code: str) -> str:
    """The hash of all inputs of a capture of this artifact on a target's device; `code` is the hash
    of the code."""
    return key_of(
        artifact=artifact.sha256,
        sidecar=artifact.key,
        code=code,
        identity=import_module(TARGETS[target].module).identity(device),
        runs=runs,
    )


def capture_out_of_process(
    target: str, device: str, artifact: str, folder: str, runs: dict[str, int], code: str
) -> None:
    """Let the target capture the artifact's cases into `folder`, except those that are unchanged.

    Captures written before an error are kept. Raises OnparError; CaptureError if the target wrote
    something that is not a capture.
    """
    path, how = Path(artifact), Runs(**runs)
    spec = read_sidecar(sidecar_path(path))
    key = device_capture_key(target, device, spec, how, code)
    cases = stale(spec, Path(folder), key)
    if not cases:
        return
    photos = {photo.name: photo for photo in load_recipe(spec.options).photos}
    tag = devices(target).get(device, "").rpartition("#")[2]
    written = {case: out.with_name(TEMPORARY + out.name) for case, out in cases.items()}
    for out in written.values():
        out.unlink(missing_ok=True)
    shots = tuple(Photograph(c.name, photos[c.sources[0].file], out) for c, out in written.items())
    order = Order(path, shots, how.threads, how.measured, device)
    try:
        with alone_on(device):
            import_module(TARGETS[target].module).capture(
                order, lambda done: progress(done, len(cases))
            )
    except Exception:
        for case, out in written.items():
            with suppress(CaptureError, OnparError):
                keep(out, cases[case], target, tag, spec, case, key)
        raise
    for case, out in written.items():
        if not out.exists():
            raise OnparError(f"{target} wrote no capture of {case.name}, and gave no reason")
        keep(out, cases[case], target, tag, spec, case, key)


def keep(
    written: Path, path: Path, target: str, tag: str, artifact: Artifact, case: Case, key: str
) -> None:
    """Store the capture that a target has written for `path`, with its key. `tag` distinguishes a
    connected device from others of its model; the device itself does not know it. Else it is empty.

    Raises CaptureError if it is not a complete capture, OnparError if it is of something else.
    """
    try:
        capture = read_capture(written)
    finally:
        written.unlink(missing_ok=True)
    info = capture.info
    for what, got, expected in (
        ("target", info.target, target),
        ("artifact", info.artifact_sha256, artifact.sha256),
        ("case", info.case, case.name),
    ):
        if got != expected:
            raise OnparError(
                f"{target} wrote a capture of the {what} {got!r}, expected {expected!r}; build "
                "the target again from this checkout"
            )
    device = f"{info.device} #{tag}" if tag else info.device
    info = replace(info, device=device, extra={**info.extra, "capture_key": key})
    write_capture(path, replace(capture, info=info))
