"""A runtime's kernels, run on a quantized program that shows its tensors, and each operator judged
on what the kernels computed before it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from onpar.exporters.errors import ExportError, left_out
from onpar.exporters.program import Inputs, Program
from onpar.exporters.quantization.exact.arithmetic import OnOwnInputs
from onpar.parity.contract.capture import digest
from onpar.parity.contract.golden.kernels import Kernels
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.errors import NotEvaluatedError
from onpar.pipeline.host import unlike_phones
from onpar.pipeline.targets import evaluator
from onpar.pipeline.targets.file_dtype import in_file_dtype
from onpar.pipeline.targets.target import Loaded, Tensors


@dataclass(frozen=True)
class Ran:
    """What the kernels gave for each case, and how exact they are on the first."""

    runtime: str
    outputs: tuple[Tensors, ...]
    operators: int
    largest: float
    at: str

    def kernels(self, case: int) -> Kernels:
        """Of one of the cases."""
        sha256 = digest(self.outputs[case])
        return Kernels(self.runtime, sha256, self.operators, self.largest, self.at)


def run_kernels(artifact: Artifact, program: Program, cases: Sequence[Inputs]) -> Ran | None:
    """The kernels on every case; None if no runtime here shows its tensors."""
    if program.showing is None:
        return None
    showing = replace(artifact, outputs=(*artifact.outputs, *program.shown.values()))
    loaded = _loaded(program.showing(), showing)
    if loaded is None:
        return None
    outputs, own = list[Tensors](), OnOwnInputs({})
    for inputs in cases:
        shown = {name: np.array(value) for name, value in _run(loaded, artifact, inputs).items()}
        given = {spec.name: shown[spec.name] for spec in artifact.outputs}
        if not outputs:
            held = {name: shown[spec.name] for name, spec in program.shown.items()}
            own = _judged(program, inputs, given, held)
        outputs.append(given)
    at = max(own.off, key=own.off.__getitem__, default="")
    version = f"{loaded.runtime} {loaded.runtime_version}"
    return Ran(version, tuple(outputs), len(program.shown), own.off.get(at, 0.0), at)


def _judged(program: Program, inputs: Inputs, outputs: Tensors, held: Tensors) -> OnOwnInputs:
    """Every operator on what the kernels computed before it, and what follows the last ones."""
    own = OnOwnInputs(held)
    exact = program.exact(inputs, own)
    for name, got in outputs.items():
        off = np.abs(got - exact[name]).max(initial=0.0)
        peak = np.abs(exact[name]).max(initial=0.0)
        # In steps, as the others: one is what those operators may be off by.
        own.off[f"output {name}"] = float(off / (program.tail * peak or 1.0))
    return own


def _loaded(content: Any, artifact: Artifact) -> Loaded | None:
    """The file, loaded; None if no target runs it in this process."""
    target = evaluator(artifact.format)
    if target is None:
        return None
    try:
        # As captures are made, unless the user says otherwise: floats are added in another order
        # by another number of threads.
        threads = os.cpu_count() or 1
        loaded: Loaded = import_module(target.module).load(content, artifact, threads)
    except NotEvaluatedError:
        return None
    return loaded


def _run(loaded: Loaded, artifact: Artifact, inputs: Inputs) -> Tensors:
    """What it gives for the model's inputs, which a format may take in other dtypes."""
    return loaded.run(
        {spec.name: in_file_dtype(inputs[spec.name], spec) for spec in artifact.inputs}
    )


def outputs_of(artifact: Artifact, path: Path, inputs: Inputs) -> Tensors | None:
    """What the file at `path` gives for the model's inputs; None if it cannot run here."""
    if unlike_phones(artifact.format, artifact.precision):
        return None
    loaded = _loaded(read_content(path), artifact)
    return None if loaded is None else _run(loaded, artifact, inputs)


def same_as(
    artifact: Artifact, path: Path, inputs: Inputs, expected: str, strict: bool = True
) -> bool:
    """Whether the outputs of the file at `path` have the digest `expected`; True if it cannot run
    here.

    Raises ExportError if they have not, and `strict`: layers in float32 may be fused otherwise in
    one of the two files.
    """
    got = outputs_of(artifact, path, inputs)
    if got is None or digest(got) == expected:
        return True
    if strict:
        raise ExportError(
            "the written file computes something else than the program that was quantized; update "
            f"the format's package, or leave this variant out: {left_out(artifact.variant)}"
        )
    return False
