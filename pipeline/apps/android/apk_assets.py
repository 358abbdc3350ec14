"""The app's assets: models with their sidecars, the photos of their cases, and licences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from onpar.exporters import VARIANTS
from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.files.atomic import whole_artifact
from onpar.parity.files.copies import copy
from onpar.pipeline.apps.android.apk_licences import notices
from onpar.pipeline.apps.bundled import chosen_for
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.recipe import Recipe

STUDIO = ("onpar-app", "gson", "error_prone_annotations", "onnxruntime-android")
"""The models that the Gradle build bundles by default."""

STUDIO_PYTORCH = ("pytorch_android", "fbjni-java-only", "nativeloader", "libc++_shared.so")
"""The models that it also bundles if it has PyTorch; naming a model for PyTorch requests it."""


def models_for(named: Sequence[str], pytorch: bool, onnx: bool) -> list[str]:
    """The variants for an app with these runtimes: the named ones, otherwise float32 for each.

    Raises OnparError for a variant that no runtime of the app loads.
    """
    formats = (["torchscript"] if pytorch else []) + (["onnx", "ort"] if onnx else [])
    return chosen_for(formats, named, ("torchscript-fp32-tensor", "onnx-fp32-tensor"))


def models_for_studio(named: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The variants for the Gradle build, which has ONNX Runtime and may have PyTorch; and the
    models that it then bundles. Raises OnparError as `models_for` does."""
    variants = models_for(named or ["onnx-fp32-tensor"], pytorch=True, onnx=True)
    pytorch = any(VARIANTS[name].format == "torchscript" for name in variants)
    return variants, STUDIO + (STUDIO_PYTORCH if pytorch else ())


def write_assets(
    folder: Path, recipe: Recipe, exports: Sequence[Exported], bundled: Iterable[str]
) -> None:
    """Fill `folder` completely or not at all: `models/`, `photos/` and `licenses/`.

    Raises OnparError without a model, or if a photo does not match its case.
    """
    there = [one for one in exports if one.artifact]
    if not there:
        raise OnparError(
            "the runtimes of the app have no model: "
            + "; ".join(one.left_out or one.error or one.variant for one in exports)
        )
    with whole_artifact(folder) as new:
        for name in ("models", "photos", "licenses"):
            (new / name).mkdir(parents=True)
        for one in there:
            copy(one.path, new / "models" / one.path.name)
            sidecar = sidecar_path(one.path)
            copy(sidecar, new / "models" / sidecar.name)
        cases = [case for one in there if one.artifact for case in one.artifact.cases]
        named = {one.file: one.sha256 for case in cases for one in case.sources}
        for photo in recipe.photos:
            if file_digest(photo) != named.get(photo.name):
                raise OnparError(f"{photo} was changed since the model was exported; run it again")
            copy(photo, new / "photos" / photo.name)
        for name, text in notices(bundled).items():
            (new / "licenses" / name).write_bytes(text)
