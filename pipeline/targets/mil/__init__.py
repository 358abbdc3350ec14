"""Saved ML programs evaluated by onpar, in this process: `.mlpackage` without Apple's runtime.

What is judged here is the program in the file: its operators, attributes and weights, by
coremltools' definitions. Apple's runtime may fuse operators, choose another order or precision, and
fail where this does not: the target `coreml` runs it, on a Mac.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from parity.spec import Artifact
from pipeline import __version__
from pipeline.content import Content
from pipeline.errors import OnparError
from pipeline.targets import Loaded, Tensors
from pipeline.targets.mil.evaluation import make_ready, run
from pipeline.targets.mil.package import read_package
from pipeline.targets.mil.values import RETURNED, tensor

RUNTIME = "onpar's evaluator of ML programs"
"""As captures and reports name it: nothing that ran here may read as if Apple's runtime had."""


DELEGATED = "pte_coreml"
"""The format of ExecuTorch's files that hand Core ML a package."""


def load(content: Content, artifact: Artifact, threads: int) -> Loaded:
    """Read the package, of an ExecuTorch file the one in it, and compute its constants.

    An image input takes a photo's pixels u8 [h, w, 3]. Raises OnparError for a package that is not
    whole, and for operators that are not known.
    """
    torch.set_num_threads(threads)
    delegate = None
    if isinstance(content, bytes):
        if artifact.format != DELEGATED:
            raise OnparError(f"{artifact.file}: is a file, expected a Core ML package, a folder")
        # Seconds to import, which packages need not wait for.
        from pipeline.targets.mil.delegate import read_delegate

        delegate = read_delegate(content, artifact.file)
        content = delegate.files
    package = read_package(content, artifact.file)
    program = make_ready(package.main, artifact.file)

    def evaluate(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        given = {}
        for name, (_, shape) in program.inputs.items():
            value = inputs[name]
            if name in package.channels:
                value = value[..., package.channels[name]].transpose(2, 0, 1)[np.newaxis]
                value = value.astype(np.float32)
            if value.shape != shape:
                raise OnparError(
                    f"{artifact.file}: its input {name} has the shape {list(value.shape)}, "
                    f"expected {list(shape)}"
                )
            given[name] = tensor(value)
        got = run(program, given)
        return {
            name: got[name].numpy().astype(RETURNED[dtype])
            for name, dtype in program.outputs.items()
        }

    method = delegate.wired(evaluate, artifact) if delegate else evaluate
    return Loaded(method, RUNTIME, f"{__version__} (torch {torch.__version__})")
