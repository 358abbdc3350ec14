"""A file that the user gives as an exported one."""

from __future__ import annotations

import os
from pathlib import Path

from onpar.parity.contract.sidecar import sidecar_path

EXAMPLE = "such as build/artifacts/NAME.onnx"


def why_not_exported(path: Path) -> str:
    """Why the existing file or folder has no sidecar next to it, and what to do; empty if it has
    one."""
    if os.path.lexists(sidecar_path(path)):
        return ""
    if path.suffix == ".json" and path.with_suffix("").exists():
        return f"is a sidecar; give the exported file that it is for, {path.with_suffix('')}"
    if path.is_dir():
        sidecars = sorted([*path.glob("[!.]*.json"), *path.glob("artifacts/[!.]*.json")])
        files = [one.with_suffix("") for one in sidecars if one.with_suffix("").exists()]
        return f"is a folder; give one exported file, {f'such as {files[0]}' if files else EXAMPLE}"
    if path.suffix == ".py":
        return (
            f"is Python code, expected an exported file, {EXAMPLE}; if it is a recipe, "
            f"`onpar export --recipe {path}` exports it"
        )
    return (
        f"has no sidecar, {sidecar_path(path).name}, next to it; expected a file that onpar "
        f"exported, {EXAMPLE}. Copy the sidecar there with it, or export the model with a recipe; "
        "the outputs of a file from another tool can be judged with onpar.compare"
    )
