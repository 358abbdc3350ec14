"""Apple's Core ML in this process, through coremltools: `.mlpackage` on a Mac.

Written after coremltools' documentation; no Mac has run it yet.
"""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.content import Content
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.target import Loaded, Tensors

SUFFIX = ".mlpackage"
"""The suffix by which coremltools recognises a package."""


def load(content: Content, artifact: Artifact, threads: int) -> Loaded:
    """Compile and load the package, for the CPU only: the neural engine and the GPU always compute
    in float16. Core ML chooses its threads itself.

    Raises OnparError if it is not a package, or Core ML cannot load it.
    """
    if isinstance(content, bytes):
        raise OnparError(f"{artifact.file}: is a file, expected a Core ML package, a folder")
    with tempfile.TemporaryDirectory(suffix=SUFFIX) as folder:
        for name, part in content.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(part)
        try:
            model = ct.models.MLModel(folder, compute_units=ct.ComputeUnit.CPU_ONLY)
        except RuntimeError as error:
            raise OnparError(
                f"{artifact.file}: Core ML of macOS {platform.mac_ver()[0]} cannot load it "
                f"({str(error).splitlines()[0]}); export it again for the oldest system that it "
                "is to run on"
            ) from error

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        given = {name: _given(value, artifact) for name, value in inputs.items()}
        got = model.predict(given)
        return {spec.name: np.asarray(got[spec.name]) for spec in artifact.outputs}

    return Loaded(run, "coreml", f"macOS {platform.mac_ver()[0]}", "CPU")


def _given(value: NDArray[Any], artifact: Artifact) -> Any:
    """The value for Core ML: an image input is passed as a Pillow image."""
    return Image.fromarray(value) if artifact.io == "image" else value
