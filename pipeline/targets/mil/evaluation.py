"""An ML program made ready, and run operator by operator."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coremltools.converters.mil.mil import types
from torch import Tensor

from pipeline.errors import OnparError
from pipeline.targets.mil.declared import outputs, shape
from pipeline.targets.mil.operators import DECLARED, OPERATORS
from pipeline.targets.mil.package import CONSTANT
from pipeline.targets.mil.steps import Computed, Step, Values, computed, freeing, run_step
from pipeline.targets.mil.values import attribute, rounded, tensor


@dataclass(frozen=True)
class Program:
    """A program whose constants are computed. `inputs` and `outputs` have their types and, of
    inputs, their shapes in the program."""

    inputs: Mapping[str, tuple[str, tuple[int, ...]]]
    outputs: Mapping[str, str]
    constants: Mapping[str, Tensor]
    steps: tuple[Step, ...]


def make_ready(main: Any, name: str) -> Program:
    """Compute what needs no input once, and order what is left. `main` is coremltools' function.

    Raises OnparError for an operator with an input that is not known here, and for flexible shapes.
    """
    inputs = {
        key: (types.builtin_to_string(var.dtype), _fixed(var, key, name))
        for key, var in main.inputs.items()
    }
    known: Values = {}
    mistyped: set[str] = set()
    steps: list[Step] = []
    operations = list(main.operations)
    for index, operation in enumerate(operations, 1):
        if operation.op_type == CONSTANT:
            continue
        what = f"{name}: {operation.op_type} {operation.name} (operation {index} of "
        step = _step(operation, known, mistyped, f"{what}{len(operations)})")
        if any(computed(value) for value in step.inputs.values()):
            steps.append(step)
        else:
            known |= run_step(step, {})
    returned = {var.name: types.builtin_to_string(var.dtype) for var in main.outputs}
    constants = {key: known[key] for key in returned if key in known}
    for var in main.outputs:
        if var.op is not None and var.op.op_type == CONSTANT:
            constants[var.name] = tensor(var.val)
    return Program(inputs, returned, constants, freeing(steps, set(returned)))


def run(program: Program, inputs: Mapping[str, Tensor]) -> Values:
    """The outputs of these inputs, both by name, held as `values` says."""
    values = {key: rounded(inputs[key], dtype) for key, (dtype, _) in program.inputs.items()}
    values |= program.constants
    for step in program.steps:
        values |= run_step(step, values)
        for key in step.last:
            del values[key]
    return {key: values[key] for key in program.outputs}


def _step(operation: Any, known: Values, mistyped: set[str], what: str) -> Step:
    function = OPERATORS[operation.op_type]
    parameters = inspect.signature(function).parameters
    inputs = {}
    for key, var in operation.inputs.items():
        if var is None:
            continue
        if key not in parameters:
            raise OnparError(
                f"{what}: its input {key} is not known to onpar's evaluator, which has "
                f"{', '.join(parameters)}; leave the target mil out, or add it"
            )
        constant = parameters[key].kind is inspect.Parameter.KEYWORD_ONLY
        inputs[key] = _attribute(var, key, known, what) if constant else _source(var, known)
    made = outputs(operation, mistyped)
    if DECLARED in parameters:
        inputs[DECLARED] = made[0].shape
    return Step(what, function, inputs, made)


def _fixed(var: Any, key: str, name: str) -> tuple[int, ...]:
    sides = shape(var)
    if None in sides:
        raise OnparError(
            f"{name}: its input {key} has flexible shapes, and flexible shapes are not evaluated; "
            "export it with a fixed one"
        )
    return tuple(side for side in sides if side is not None)


def _attribute(var: Any, key: str, known: Values, what: str) -> Any:
    """A constant, or what was computed of constants alone."""
    if var.op is not None and var.op.op_type == CONSTANT:
        return attribute(var.val)
    if var.name not in known:
        raise OnparError(
            f"{what}: its input {key} is computed from the program's inputs, expected a constant; "
            "leave the target mil out"
        )
    return attribute(known[var.name].numpy())


def _source(var: Any, known: Values) -> Any:
    if isinstance(var, tuple | list):
        return tuple(_source(one, known) for one in var)
    if var.op is not None and var.op.op_type == CONSTANT:
        return tensor(var.val)
    return known[var.name] if var.name in known else Computed(var.name)
