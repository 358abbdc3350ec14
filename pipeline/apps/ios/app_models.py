"""The models that Xcode copies into the iOS app, in `ios_app/Models`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.files.atomic import sweep, whole_artifact
from onpar.parity.files.copies import copy
from onpar.pipeline.apps.bundled import chosen_for
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.errors import DISK_FULL_ERRNOS, OnparError

FORMATS = ("onnx", "ort", "coreml", "ptl")
"""What the app's runtimes load; `.ptl` only if CocoaPods added LibTorch."""

USUAL = ("onnx-fp32-tensor",)
"""Of ONNX Runtime, which is the app's default."""


def models_for(named: Sequence[str]) -> list[str]:
    """The variants for the app: the named ones, otherwise `USUAL`.

    Raises OnparError for a variant that no runtime of the app loads.
    """
    return chosen_for(FORMATS, named, USUAL)


def write_models(folder: Path, exports: Sequence[Exported]) -> list[Path]:
    """Copy the exported files and their sidecars to `folder`, and return the copies.

    Each file is written whole. The sidecar comes last, so a model that has one is complete. Other
    models in the folder stay. Raises OnparError for what cannot be written.
    """
    _check_kind(folder, is_folder=True, expected="the folder of the app's models")
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    # Xcode would copy what a killed process left here into the app.
    sweep(folder)
    written = []
    for one in exports:
        if one.artifact:
            model, sidecar = folder / one.path.name, sidecar_path(folder / one.path.name)
            package = one.path.is_dir()
            expected = "a Core ML package, a folder" if package else "a model's file"
            _check_kind(model, package, expected)
            _check_kind(sidecar, is_folder=False, expected="a model's sidecar, a file")
            with _writing(sidecar):
                sidecar.unlink(missing_ok=True)
            _copy(one.path, model)
            _copy(sidecar_path(one.path), sidecar)
            written.append(model)
    return written


def _check_kind(path: Path, is_folder: bool, expected: str) -> None:
    """Raises OnparError for a file in the place of a folder, and the other way round."""
    if os.path.lexists(path) and path.is_dir() != is_folder:
        leads = f"is a link to {path.readlink()}, which " if path.is_symlink() else ""
        found = "is not a folder" if is_folder else "is a folder"
        raise OnparError(f"{path}: {leads}{found}, expected {expected}; remove it, {AGAIN}")


def _copy(source: Path, to: Path) -> None:
    with _writing(to), whole_artifact(to) as new:
        copy(source, new)


AGAIN = "and run `onpar ios-models` again"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Raises OnparError instead of OSError: the app's folder is always this one, so the advice to
    name another does not help."""
    try:
        yield
    except OSError as error:
        other = f"{error.filename}: " if str(error.filename or path) != str(path) else ""
        full = error.errno in DISK_FULL_ERRNOS
        remedy = "free some space" if full else "let it be written"
        raise OnparError(
            f"{path}: cannot be written ({other}{error.strerror or error}); {remedy}, {AGAIN}"
        ) from error
