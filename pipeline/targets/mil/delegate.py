"""The package that an ExecuTorch program delegates to Core ML, and the map between their inputs and
outputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from executorch.exir._serialize._program import deserialize_pte_binary
from executorch.exir.schema import DelegateCall, ExecutionPlan
from executorch.exir.tensor import scalar_type_table
from numpy.typing import NDArray

from onpar.exporters.errors import first_line
from onpar.exporters.lowering.inmemoryfs import read
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.file_dtype import in_file_dtype
from onpar.pipeline.targets.target import Tensors

BACKEND = "CoreMLBackend"

PACKAGE = "model.mlpackage/"
METADATA = "metadata.json"

DTYPES = {number: str(dtype).removeprefix("torch.") for dtype, number in scalar_type_table.items()}

Evaluate = Callable[[Mapping[str, NDArray[Any]]], Tensors]


@dataclass(frozen=True)
class Delegate:
    """The package's files, the names of its inputs and outputs in the method's order, and the
    dtypes of the method's outputs."""

    files: Mapping[str, bytes]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    dtypes: tuple[str, ...]

    def wired(self, evaluate: Evaluate, artifact: Artifact) -> Evaluate:
        """The method as a function from its inputs to its outputs, by their names in the sidecar.

        It raises OnparError for integers outside of Int32."""

        def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
            values = (_taken(spec.name, inputs[spec.name]) for spec in artifact.inputs)
            got = evaluate(dict(zip(self.inputs, values, strict=True)))
            # The delegate converts types: Core ML has no int64, and may return float16.
            returned = zip(artifact.outputs, self.outputs, self.dtypes, strict=True)
            return {spec.name: got[name].astype(dtype) for spec, name, dtype in returned}

        return run


def read_delegate(content: bytes, name: str) -> Delegate:
    """Read a program that is one call of Core ML. Raises OnparError for any other, and for an
    incomplete one."""
    try:
        plan = deserialize_pte_binary(content)
        return _delegate(plan.program, name)
    except OnparError:
        raise
    except Exception as error:  # The reader has no error class of its own.
        raise OnparError(
            f"{name}: is not a whole ExecuTorch program ({first_line(error)}); export it again "
            "with `onpar export`"
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
        tuple(DTYPES[plan.values[index].val.scalar_type] for index in plan.outputs),
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


def _taken(name: str, value: NDArray[Any]) -> NDArray[Any]:
    if value.dtype.kind not in "iu":
        return value
    return in_file_dtype(value, TensorSpec(name, value.shape, "int32"))
