"""The models that Xcode copies into the iOS app, in `ios_app/Models`."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.files.atomic import whole_artifact
from onpar.pipeline.apps.bundled import chosen_for
from onpar.pipeline.build_folder.exported import Exported

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
    models in the folder stay.
    """
    written = []
    for one in exports:
        if one.artifact:
            copy, sidecar = folder / one.path.name, sidecar_path(folder / one.path.name)
            sidecar.unlink(missing_ok=True)
            _copy(one.path, copy)
            _copy(sidecar_path(one.path), sidecar)
            written.append(copy)
    return written


def _copy(path: Path, to: Path) -> None:
    with whole_artifact(to) as new:
        if path.is_dir():
            shutil.copytree(path, new)
        else:
            shutil.copyfile(path, new)
