"""A capture of any photo → its golden, made from the pixels that the target decoded."""

from __future__ import annotations

import re
import time
from pathlib import Path

import msgspec
import numpy as np

from onpar.parity.contract.capture import Capture, CaptureError, CaptureInfo, digest, read_capture
from onpar.parity.contract.chain import decoded_photo
from onpar.parity.contract.golden import DECODED_BY
from onpar.parity.contract.golden.find import find_photo_golden
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.check.matching import known_in
from onpar.pipeline.errors import OnparError
from onpar.pipeline.golden.goldens import MEMORY, Goldens, golden_key, is_kept
from onpar.pipeline.golden.taken_photo import (
    captured_artifact,
    check_photo,
    read_target_capture,
    recipe_of,
)
from onpar.pipeline.jobs.scheduler import Job, Watch, run_job
from onpar.pipeline.paths import Build


def golden_from(given: Path, build: Build, watch: Watch) -> Goldens:
    """The golden of the photo in the capture file `given`, for the recipe, size and weights of the
    artifact that it is a capture of.

    Raises OnparError for anything but a target's capture of an artifact of this build, with a photo
    that is not one of the recipe's; and if the photo already has a golden with other pixels.
    """
    known = known_in(build)
    if known.problems:
        raise OnparError(known.problems[0])
    capture = read_target_capture(given)
    info = capture.info
    try:
        artifact, weights = captured_artifact(info, known, build)
        recipe = recipe_of(artifact)
        check_photo(capture, artifact)
    except OnparError as error:
        raise OnparError(f"{given}: {error}") from error
    path, name = photo_path(build, artifact, info), decoded_photo(recipe.model)
    try:
        there = find_photo_golden(known.goldens, artifact, info)
    except CaptureError as error:
        raise OnparError(str(error)) from error
    if there:
        path = there.path
        _check_same_pixels(given, capture, path, name)
    decoded = digest({name: capture.tensors[name]})
    key = key_of(
        golden=golden_key(recipe, artifact.weights_sha256, build, "from_capture_job"),
        photo=[info.case, dict(info.sources), info.target, decoded],
    )
    if is_kept(path, key):
        return Goldens((path,), False, 0.0)
    arguments = {
        "options": msgspec.to_builtins(artifact.options),
        "weights": str(weights),
        "weights_sha256": artifact.weights_sha256,
        "key": key,
        "capture": str(given),
        "decoded": name,
        "decoded_sha256": decoded,
        "path": str(path),
        "half": str(build.programs / f"{path.parts[-3]}-fp16" / "photos" / path.name),
    }
    started = time.monotonic()
    job = Job(
        "golden", "onpar.pipeline.golden.from_capture_job:make_golden_from", arguments, 1, MEMORY
    )
    run_job(job, build.logs, watch)
    return Goldens((path,), True, time.monotonic() - started)


def _check_same_pixels(given: Path, capture: Capture, golden: Path, decoded: str) -> None:
    """One golden per photo: a second one with other pixels would hide that two targets disagree."""
    there = read_capture(golden)
    if not np.array_equal(there.tensors[decoded], capture.tensors[decoded]):
        by = there.info.extra[DECODED_BY]
        raise OnparError(
            f"{given}: its photo already has a golden, {golden}, with the pixels that {by} "
            "decoded, which are "
            "different; `onpar check` shows where they differ; to judge by these, delete it"
        )


def photo_path(build: Build, artifact: Artifact, info: CaptureInfo) -> Path:
    """The path of a photo's golden: it has the photo's digest, and as much of the case's name (any
    text) as a file name allows."""
    model = artifact.options.with_weights(artifact.weights)
    [sha256] = info.sources.values()
    words = re.sub(r"[^A-Za-z0-9]+", "-", info.case).strip("-")[:40] or "photo"
    return build.goldens / model / "photos" / f"{words}-{sha256[:16]}.safetensors"
