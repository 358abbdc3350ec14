"""The golden of a quantized program for a photo that a target decoded, in a separate process."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.exporters.errors import ExportError, first_line
from onpar.parity.contract.capture import Capture, write_capture
from onpar.parity.contract.golden import program_metadata
from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.contract.spec import Artifact
from onpar.parity.files.atomic import TEMPORARY
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.kernels import same_as
from onpar.pipeline.export.program_goldens import (
    as_program_golden,
    exact_case,
    exact_cases,
    measured,
)
from onpar.pipeline.paths import Build
from onpar.pipeline.photos.photo import Photo, pixels_of
from onpar.pipeline.photos.program_again import Again, program_again
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe


def make_photo_program(
    photo: dict[str, Any], sidecar: str, key: str, build: str, path: str
) -> None:
    """Write to `path` what the program of the artifact with this `sidecar` computes of the photo.

    Raises OnparError if the artifact's program cannot be made again, or cannot be computed.
    """
    taken, artifact = msgspec.convert(photo, Photo), read_sidecar(Path(sidecar))
    pixels, recipe, folder = pixels_of(taken), load_recipe(artifact.options), Build(Path(build))
    # `sweep` removes it if this process is killed.
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder.artifacts) as temporary:
        tempfile.tempdir = temporary
        again = program_again(recipe, artifact, folder, Path(temporary))
        try:
            golden = photo_program(recipe, artifact, again, taken, pixels, key)
        except ExportError as error:
            raise OnparError(f"{artifact.file}: {error}") from error
        except (OSError, OnparError):
            raise
        except Exception as error:  # Not every operator of the user's can be computed in float64.
            traceback.print_exception(error)
            raise OnparError(
                f"what {artifact.file} computes cannot be computed in float64 ({first_line(error)})"
            ) from error
    write_capture(Path(path), golden)


def photo_program(
    recipe: Recipe,
    artifact: Artifact,
    again: Again,
    photo: Photo,
    pixels: dict[str, NDArray[np.uint8]],
    key: str,
) -> Capture:
    """The golden of the photo, judged as the export judges the recipe's own: the noise floors are
    the worst over it and these. Raises ExportError if a file computes something else than the
    kernels."""
    one = exact_case(recipe, again.program, photo.as_case, pixels, {})
    prepared = [one, *exact_cases(recipe, again.program)]
    floors, ran = measured(recipe, *again.made, again.program, prepared, again.strict)
    kernels = ran.kernels(0) if ran else None
    if kernels and again.converted:
        other, path = again.converted
        same = same_as(other, path, one.inputs, kernels.outputs_sha256, again.strict)
        kernels = kernels if same else None
    judging = (floors, kernels, again.program.steps, photo.decoded_by)
    extra = program_metadata(key, artifact.variant, *judging)
    return as_program_golden(recipe, artifact, one, extra)
