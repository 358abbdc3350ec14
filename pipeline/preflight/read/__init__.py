"""The formats that preflight reads. Each reader is a file, with one line here."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

from onpar.exporters import FORMATS
from onpar.parity.files.regular_file import why_not_regular
from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.read.contents import Contents

READERS = {
    ".pt": "onpar.pipeline.preflight.read.read_torchscript",
    ".ptl": "onpar.pipeline.preflight.read.read_ptl",
    ".onnx": "onpar.pipeline.preflight.read.read_onnx",
    ".ort": "onpar.pipeline.preflight.read.read_ort",
    ".mlpackage": "onpar.pipeline.preflight.read.read_mlpackage",
    ".pte": "onpar.pipeline.preflight.read.read_pte",
}
"""By suffix, a module with `read(path) -> Contents`, which does not run the file."""

FOLDERS = (".mlpackage",)
"""The suffixes of artifacts that are folders."""


def read(path: Path) -> Contents:
    """What the file requires. Raises OnparError if it is not an artifact, or is damaged."""
    known = ", ".join(READERS)
    why = "" if path.is_dir() else why_not_regular(path)
    if why:
        raise OnparError(f"{path}: {why}; give an exported {known}")
    suffix = path.suffix.lower()
    if suffix not in READERS:
        what = "folder" if path.is_dir() else "file"
        raise OnparError(f"{path}: a {what} that is not an artifact; preflight reads {known}")
    folder = suffix in FOLDERS
    if path.is_dir() != folder:
        expected = "folder" if folder else "file"
        raise OnparError(f"{path}: a {suffix} is a {expected}; give an exported one")
    contents: Contents = import_module(READERS[suffix]).read(path)
    of_suffix = {name for name, form in FORMATS.items() if path.name.lower().endswith(form.suffix)}
    # `.portable.pte` is a `.pte` too: the longest suffix is the exporter's.
    name = max(of_suffix, key=lambda one: len(FORMATS[one].suffix), default=contents.format)
    return replace(contents, left_out_as=name)
