"""Prepares an ML program, and runs it operator by operator."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coremltools.converters.mil.mil import types
from torch import Tensor

from onpar.pipeline.errors import NotEvaluatedError
from onpar.pipeline.targets.mil.declared import outputs, shape
from onpar.pipeline.targets.mil.operators import BLOCKS, DECLARED, OPERATORS
from onpar.pipeline.targets.mil.package import CONSTANT
from onpar.pipeline.targets.mil.steps import (
    Computed,
    Inner,
    Step,
    Values,
    computed,
    freeing,
    run_step,
)
from onpar.pipeline.targets.mil.values import attribute, rounded, tensor


@dataclass(frozen=True)
class Program:
    """A program with computed constants. `inputs` and `outputs` have their types and, for inputs,
    their shapes in the program. `notes` list what is not documented about the constants'
    computation (semantics.py)."""

    inputs: Mapping[str, tuple[str, tuple[int, ...]]]
    outputs: Mapping[str, str]
    constants: Mapping[str, Tensor]
    steps: tuple[Step, ...]
    notes: frozenset[str] = frozenset()


def make_ready(main: Any, name: str) -> Program:
    """Compute everything that needs no input, and order the rest. `main` is coremltools' function.

    Raises NotEvaluatedError for an operator with an unsupported input, and for flexible shapes.
    """
    inputs = {
        key: (types.builtin_to_string(var.dtype), _fixed(var, key, name))
        for key, var in main.inputs.items()
    }
    known: Values = {}
    notes: set[str] = set()
    steps = _steps(main, known, _Seen(set(), notes), name)
    returned = {var.name: types.builtin_to_string(var.dtype) for var in main.outputs}
    constants = {key: known[key] for key in returned if key in known}
    for var in main.outputs:
        if var.op is not None and var.op.op_type == CONSTANT:
            constants[var.name] = tensor(var.val)
    return Program(inputs, returned, constants, freeing(steps, set(returned)), frozenset(notes))


def run(
    program: Program,
    inputs: Mapping[str, Tensor],
    notes: set[str] | None = None,
    watch: Callable[[Values], None] = lambda values: None,
) -> Values:
    """The outputs for these inputs, both by name, in the form of values.py. `notes` gets what is
    not documented about the computation, `watch` the outputs of every operator."""
    notes = set() if notes is None else notes
    notes |= program.notes
    values = {key: rounded(inputs[key], dtype) for key, (dtype, _) in program.inputs.items()}
    values |= program.constants
    for step in program.steps:
        made = run_step(step, values, notes)
        watch(made)
        values |= made
        for key in step.last:
            del values[key]
    return {key: values[key] for key in program.outputs}


@dataclass(frozen=True)
class _Seen:
    """Collected during the preparation: `mistyped` of `outputs`, and notes on constants."""

    mistyped: set[str]
    notes: set[str]


def _steps(block: Any, known: Values, seen: _Seen, name: str) -> list[Step]:
    """The steps of a block that need its inputs; the results of the others go to `known`."""
    steps: list[Step] = []
    operations = list(block.operations)
    for index, operation in enumerate(operations, 1):
        if operation.op_type == CONSTANT:
            continue
        what = f"{name}: {operation.op_type} {operation.name} (operation {index} of "
        step = _step(operation, known, seen, name, f"{what}{len(operations)})")
        if any(computed(value) for value in step.inputs.values()):
            steps.append(step)
        else:
            known |= run_step(step, {}, seen.notes)
    return steps


def _inner(block: Any, known: Values, seen: _Seen, name: str) -> Inner:
    steps = tuple(_steps(block, known, seen, name))
    results = tuple(_source(var, known) for var in block.outputs)
    taken = tuple(var.name for var in block.inputs)
    used = {name for step in steps for source in step.inputs.values() for name in computed(source)}
    used |= {name for source in results for name in computed(source)}
    made = {output.name for step in steps for output in step.outputs}
    return Inner(taken, steps, results, tuple(sorted(used - made - set(taken))))


def _step(operation: Any, known: Values, seen: _Seen, name: str, what: str) -> Step:
    if operation.op_type not in OPERATORS:
        raise NotEvaluatedError(f"{what}: onpar's evaluator does not support the operator")
    function = OPERATORS[operation.op_type]
    parameters = inspect.signature(function).parameters
    inputs = {}
    for key, var in operation.inputs.items():
        if var is None or key.startswith("_"):  # A block, which is not an input.
            continue
        if key not in parameters:
            raise NotEvaluatedError(
                f"{what}: onpar's evaluator does not support its input {key}; supported: "
                f"{', '.join(parameters)}"
            )
        constant = parameters[key].kind is inspect.Parameter.KEYWORD_ONLY
        inputs[key] = _attribute(var, key, known, what) if constant else _source(var, known)
    made = outputs(operation, seen.mistyped)
    if DECLARED in parameters:
        inputs[DECLARED] = made[0].shape
    if BLOCKS in parameters:
        inner = (_inner(block, known, seen, name) for block in operation.blocks)
        inputs[BLOCKS] = tuple(inner)
    return Step(what, operation.op_type, function, inputs, made)


def _fixed(var: Any, key: str, name: str) -> tuple[int, ...]:
    sides = shape(var)
    if None in sides:
        raise NotEvaluatedError(
            f"{name}: onpar's evaluator does not support flexible shapes, which its input {key} "
            "has; export it with a fixed one"
        )
    return tuple(side for side in sides if side is not None)


def _attribute(var: Any, key: str, known: Values, what: str) -> Any:
    """A constant, or a value computed only from constants."""
    if var.op is not None and var.op.op_type == CONSTANT:
        return attribute(var.val)
    if var.name not in known:
        raise NotEvaluatedError(
            f"{what}: onpar's evaluator does not support an input {key} that depends on the "
            "program's inputs; it must be constant"
        )
    return attribute(known[var.name].numpy())


def _source(var: Any, known: Values) -> Any:
    if isinstance(var, tuple | list):
        return tuple(_source(one, known) for one in var)
    if var.op is not None and var.op.op_type == CONSTANT:
        return tensor(var.val)
    return known[var.name] if var.name in known else Computed(var.name)
