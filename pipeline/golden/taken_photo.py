"""Checks that a golden can be made from a capture of a photo that was taken on a target."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np

from onpar.parity.contract.capture import Capture, CaptureError, CaptureInfo, read_capture
from onpar.parity.contract.chain import decoded_photo, only_image
from onpar.parity.contract.spec import Artifact, canonical_json
from onpar.parity.limits.limits import MAX_PIXELS, SHA256_TEXT
from onpar.pipeline.build_folder.digests import Digests
from onpar.pipeline.capture.no_capture import no_capture
from onpar.pipeline.check.matching import Known, artifact_of, weights_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets import TARGETS


def read_target_capture(given: Path) -> Capture:
    """The capture in the file. Raises OnparError for anything that is not a target's capture."""
    if given.is_dir():
        raise OnparError(f"{given}: is a folder; give one capture file in it")
    try:
        with suppress(OSError):  # read_capture's message is better.
            if other := no_capture(given):
                raise OnparError(f"{given}: {other}")
        capture = read_capture(given)
    except CaptureError as error:
        raise OnparError(str(error)) from error
    target = capture.info.target
    if target == "reference":
        raise OnparError(f"{given}: is a golden; give a capture of a target")
    if target not in TARGETS:
        raise OnparError(
            f"{given}: its target is {target!r}, expected one of {', '.join(TARGETS)}; capture "
            "again"
        )
    return capture


def captured_artifact(info: CaptureInfo, known: Known, build: Build) -> tuple[Artifact, Path]:
    """The captured artifact, and the file of its weights. Raises OnparError if the build does not
    have both, or they do not match the capture."""
    artifact = artifact_of(info, known.artifacts)
    if artifact is None or artifact.sha256 != info.artifact_sha256:
        raise OnparError(
            f"is of {info.artifact} with SHA-256 {info.artifact_sha256[:16]}…, which is not in "
            f"{build.artifacts}; name the --build folder that it was exported into, or export it, "
            "copy it to the target and capture again"
        )
    for what, got, expected in (
        ("recipe", info.recipe, artifact.model.recipe),
        ("recipe digest", info.recipe_sha256, artifact.recipe_sha256),
        ("weights", info.weights_sha256, artifact.weights_sha256),
    ):
        if got != expected:
            raise OnparError(
                f"says {what} {got or 'none'}, the artifact {artifact.file} has {expected}; "
                "capture again with the artifact's own sidecar"
            )
    digests = Digests(build.digests)
    weights = weights_of(artifact, known.artifacts)
    if weights is None or digests.of(weights) != artifact.weights_sha256:
        raise OnparError(
            f"the weights of {artifact.file} in {build.artifacts} are missing or damaged; run "
            "`onpar export`"
        )
    digests.keep()
    return artifact, weights


def recipe_of(artifact: Artifact) -> Recipe:
    """The artifact's recipe. Raises OnparError if it has changed since, or takes more than a
    photo."""
    recipe = load_recipe(artifact.options)
    if recipe.model.sha256 != artifact.recipe_sha256:
        raise OnparError(
            f"the recipe {recipe.model.recipe} has changed since {artifact.file} was exported; "
            "export again, copy the file to the target and capture again"
        )
    if only_image(recipe.model) is None:
        raise OnparError(
            f"{recipe.model.recipe} takes inputs other than a photo; give the recipe a case with "
            "them, and capture that"
        )
    return recipe


def check_photo(capture: Capture, artifact: Artifact) -> None:
    """Raises OnparError for a photo or a name of the recipe's own cases, and for anything that is
    not a photo."""
    info, made = capture.info, decoded_photo(artifact.model)
    decoded = capture.tensors.get(made)
    for case in artifact.cases:
        if info.sources == case.digests:
            raise OnparError(
                f"has the recipe's own photo {case.name}, whose golden also judges the decoding; "
                "run `onpar check` on it"
            )
        if info.case == case.name:
            raise OnparError(
                f"has another photo than the recipe's {case.name}, but the same name; give the "
                "photo another name on the target, and capture it again"
            )
    name = only_image(artifact.model)
    if name is None or [*info.sources] != [name] or not SHA256_TEXT.fits(info.sources[name]):
        said = canonical_json(info.sources)[:80]
        raise OnparError(
            f"its `sources` are {said}, expected the SHA-256 of the photo's file by the name "
            f"{name}: {SHA256_TEXT.expected}; fix the target"
        )
    if decoded is None:
        raise OnparError(f"has no `{made}`, the photo's pixels; the target must write them")
    if decoded.dtype != np.uint8 or decoded.ndim != 3 or decoded.shape[2] != 3 or not decoded.size:
        raise OnparError(
            f"its `{made}` is {decoded.dtype.name} {list(decoded.shape)}, expected uint8 "
            "[height, width, 3]; fix the target"
        )
    if decoded.shape[0] * decoded.shape[1] > MAX_PIXELS:
        raise OnparError(
            f"its `{made}` is {decoded.shape[1]}x{decoded.shape[0]}, above the limit of "
            f"{MAX_PIXELS // 1_000_000} megapixels; scale the photo down"
        )
