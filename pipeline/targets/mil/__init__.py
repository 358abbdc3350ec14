"""onpar's evaluator of saved ML programs, in this process: `.mlpackage` without Apple's runtime.

It judges the program in the file: its operators, attributes and weights, by coremltools'
definitions. Apple's runtime may fuse operators, use another order or precision, and fail where this
does not. The target `coreml` runs it, on a Mac.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from onpar import __version__
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.content import Content
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.mil.evaluation import Program, make_ready, run
from onpar.pipeline.targets.mil.package import read_package
from onpar.pipeline.targets.mil.values import RETURNED, tensor
from onpar.pipeline.targets.target import Loaded, Tensors

RUNTIME = "onpar's evaluator of ML programs"
"""The name in captures and reports, so that a run here never looks like one of Apple's runtime."""


DELEGATED = "pte_coreml"
"""The format of ExecuTorch files that delegate to Core ML."""


def load(content: Content, artifact: Artifact, threads: int) -> Loaded:
    """Read the package, or the one in an ExecuTorch file, and compute its constants.

    An image input takes a photo's pixels u8 [h, w, 3]. Raises OnparError for an incomplete package,
    NotEvaluatedError for anything that onpar's evaluator does not support.
    """
    torch.set_num_threads(threads)
    delegate = None
    if isinstance(content, bytes):
        if artifact.format != DELEGATED:
            raise OnparError(f"{artifact.file}: is a file, expected a Core ML package, a folder")
        # Imported here: it takes seconds, and packages do not need it.
        from onpar.pipeline.targets.mil.delegate import read_delegate

        delegate = read_delegate(content, artifact.file)
        content = delegate.files
    package = read_package(content, artifact.file)
    channels = package.channels  # All that a run needs: the rest is as large as the weights.
    program = make_ready(package.main, artifact.file)
    if delegate is None:
        _check_names(program, artifact)

    notes: set[str] = set()

    def evaluate(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        notes.clear()
        got = run(
            program,
            {
                name: tensor(_taken(inputs[name], shape, channels.get(name), name, artifact.file))
                for name, (_, shape) in program.inputs.items()
            },
            notes,
        )
        return {
            name: got[name].numpy().astype(RETURNED[dtype])
            for name, dtype in program.outputs.items()
        }

    method = delegate.wired(evaluate, artifact) if delegate else evaluate
    version = f"{__version__} (torch {torch.__version__})"
    return Loaded(method, RUNTIME, version, notes=notes)


def _check_names(program: Program, artifact: Artifact) -> None:
    known = [spec.name for spec in artifact.inputs]
    for name in program.inputs:
        if name not in known:
            raise OnparError(
                f"{artifact.file}: takes the input {name}, its sidecar has "
                f"{', '.join(known) or 'none'}; export it again with `onpar export`"
            )


def _taken(
    value: NDArray[Any],
    shape: tuple[int, ...],
    channels: Sequence[int] | None,
    name: str,
    file: str,
) -> NDArray[Any]:
    """An input in the program's form: an image has its `channels` in this order."""
    expected = shape if channels is None else (*shape[-2:], len(channels))
    if value.shape != expected:
        raise OnparError(
            f"{file}: its input {name} has the shape {list(value.shape)}, expected {list(expected)}"
        )
    if channels is None:
        return value
    return value[..., channels].transpose(2, 0, 1)[np.newaxis].astype(np.float32)
