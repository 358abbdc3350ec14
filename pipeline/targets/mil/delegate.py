"""The package that an ExecuTorch program hands to Core ML, and how the two are wired."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from executorch.exir._serialize._program import deserialize_pte_binary
from executorch.exir.schema import DelegateCall, ExecutionPlan
from numpy.typing import NDArray

from exporters.inmemoryfs import read
from parity.spec import Artifact
from pipeline.errors import OnparError
from pipeline.targets import Tensors

BACKEND = "CoreMLBackend"

PACKAGE = "model.mlpackage/"
METADATA = "metadata.json"

Evaluate = Callable[[Mapping[str, NDArray[Any]]], Tensors]


@dataclass(frozen=True)
class Delegate:
    """The package's files, and the names of its inputs and outputs in the method's order."""

    files: Mapping[str, bytes]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def wired(self, evaluate: Evaluate, artifact: Artifact) -> Evaluate:
        """The method as a function from its inputs to its outputs, as the sidecar names them."""

        def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
            values = (inputs[spec.name] for spec in artifact.inputs)
            got = evaluate(dict(zip(self.inputs, map(_taken, values), strict=True)))
            # The delegate copies between types: Core ML has no int64, and may give float16.
            return {
                spec.name: got[name].astype(spec.dtype)
                for name, spec in zip(self.outputs, artifact.outputs, strict=True)
            }

        return run


def read_delegate(content: bytes, name: str) -> Delegate:
    """Read a program that is one call of Core ML. Raises OnparError for any other, and for one that
    is not whole."""
    try:
        plan = deserialize_pte_binary(content)
        return _delegate(plan.program, name)
    except OnparError:
        raise
    except Exception as error:  # The reader has no class of errors of its own.
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise OnparError(
            f"{name}: is not a whole ExecuTorch program ({said}); export it again with "
            "`onpar export`"
        ) from error


def _delegate(program: Any, name: str) -> Delegate:
    [plan] = program.execution_plan
    call = _only_call(plan, name)
    blob = program.backend_delegate_data[plan.delegates[call.delegate_index].processed.index].data
    files = read(bytes(blob))
    metadata = json.loads(files[METADATA])
    given, made = metadata["inputNames"], metadata["outputNames"]
    names = dict(zip(call.args, [*given, *made], strict=True))
    return Delegate(
        {path.removeprefix(PACKAGE): c for path, c in files.items() if path.startswith(PACKAGE)},
        tuple(names[index] for index in plan.inputs),
        tuple(names[index] for index in plan.outputs),
    )


def _only_call(plan: ExecutionPlan, name: str) -> DelegateCall:
    steps = [one.instr_args for chain in plan.chains for one in chain.instructions]
    delegates = [one.id for one in plan.delegates]
    if delegates != [BACKEND] or len(steps) != 1 or not isinstance(steps[0], DelegateCall):
        raise OnparError(
            f"{name}: has {len(steps)} steps and the delegates {', '.join(delegates) or 'none'}, "
            f"expected one call of {BACKEND}; export it again with `onpar export`"
        )
    return steps[0]


def _taken(value: NDArray[Any]) -> NDArray[Any]:
    return value.astype(np.int32) if value.dtype.kind in "iu" else value
