"""A capture of any photo → its golden, made from the pixels that the target decoded."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from onpar.exporters import FORMATS, VARIANTS, Variant
from onpar.parity.contract.capture import Capture, CaptureError, CaptureInfo, digest, read_capture
from onpar.parity.contract.chain import decoded_photo
from onpar.parity.contract.golden import DECODED_BY
from onpar.parity.contract.golden.find import find_photo_golden
from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.check.matching import known_in
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.export_key import job_modules, packages, tools
from onpar.pipeline.extras import not_installed
from onpar.pipeline.golden.goldens import MEMORY, Goldens, golden_key, is_kept
from onpar.pipeline.golden.taken_photo import (
    captured_artifact,
    check_photo,
    read_target_capture,
    recipe_of,
)
from onpar.pipeline.jobs.preload import variant_imports
from onpar.pipeline.jobs.scheduler import Job, Watch, run_job
from onpar.pipeline.paths import Build
from onpar.pipeline.photos.photo import Photo
from onpar.pipeline.recipes import recipe_code
from onpar.pipeline.recipes.recipe import Recipe

JOBS = "onpar.pipeline.photos"


def golden_from(given: Path, build: Build, watch: Watch) -> Goldens:
    """The goldens of the photo in the capture file `given`, for the recipe, size and weights of the
    artifact that it is a capture of: the float model's and, if the artifact has one, its program's.

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
    case, target = info.case, info.target
    if there:
        # The goldens of one photo belong together, so they keep the name of the first.
        path, case, target = there.path, there.info.case, there.info.extra[DECODED_BY]
        _check_same_pixels(given, capture, path, name)
    decoded = digest({name: capture.tensors[name]})
    photo = Photo(case, dict(info.sources), target, str(given), name, decoded)
    planned = _planned(recipe, artifact, weights, photo, path, build)
    started = time.monotonic()
    if planned:
        run_job(planned, build.logs, watch)
    paths, again, refused = [path], None, ""
    if (kind := VARIANTS.get(artifact.variant)) and kind.has_program:
        program = build.programs / artifact.file / "photos" / path.name
        try:
            again = _planned_program(recipe, artifact, kind, weights, photo, program, build)
            if again:
                run_job(again, build.logs, watch)
            paths.append(program)
        except OnparError as error:
            refused = f"golden of {kind.name}: {error}"
    fresh = bool(planned or again)
    return Goldens(tuple(paths), fresh, time.monotonic() - started if fresh else 0.0, refused)


def _planned(
    recipe: Recipe, artifact: Artifact, weights: Path, photo: Photo, path: Path, build: Build
) -> Job | None:
    """The job that makes the float model's golden, if it is needed."""
    key = key_of(
        golden=golden_key(recipe, artifact.weights_sha256, build, f"{JOBS}.from_capture_job"),
        photo=_identity(photo),
    )
    if is_kept(path, key):
        return None
    arguments = {
        "photo": msgspec.to_builtins(photo),
        "options": msgspec.to_builtins(artifact.options),
        "weights": str(weights),
        "weights_sha256": artifact.weights_sha256,
        "key": key,
        "path": str(path),
        "half": str(build.programs / f"{path.parts[-3]}-fp16" / "photos" / path.name),
    }
    return Job("golden", f"{JOBS}.from_capture_job:make_golden_from", arguments, 1, MEMORY)


def _planned_program(
    recipe: Recipe,
    artifact: Artifact,
    kind: Variant,
    weights: Path,
    photo: Photo,
    path: Path,
    build: Build,
) -> Job | None:
    """The job that makes the golden of the artifact's program, if it is needed."""
    job, chain = f"{JOBS}.photo_program_job", (kind, VARIANTS[kind.made_from])
    key = key_of(
        artifact=artifact.sha256,
        cases=recipe.cases(),
        code=recipe_code(recipe, build, job, *(m for one in chain for m in job_modules(one))),
        tools=[tools(one.format) for one in chain],
        photo=_identity(photo),
    )
    if is_kept(path, key):
        return None
    absent = not_installed(packages(kind))
    if absent:
        raise OnparError(absent)
    arguments = {
        "photo": msgspec.to_builtins(photo),
        "sidecar": str(sidecar_path(build.artifacts / artifact.file)),
        "key": key,
        "build": str(build.root.resolve()),
        "path": str(path),
    }
    memory = MEMORY + int(FORMATS[kind.format].memory * weights.stat().st_size)
    call, imports = f"{job}:make_photo_program", variant_imports(kind.name)
    return Job(f"golden {kind.name}", call, arguments, 1, memory, imports=imports)


def _identity(photo: Photo) -> list[Any]:
    """What a golden of the photo depends on."""
    return [photo.case, photo.sources, photo.decoded_by, photo.decoded_sha256]


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
