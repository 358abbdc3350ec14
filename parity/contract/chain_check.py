"""Do the steps of a chain go together?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onpar.parity.contract.steps import STEPS
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tensor_spec import TensorSpec, fits, shown
from onpar.parity.limits.limits import CHAIN_NAME, MAX_STEPS

GRAY = "x = 0.299 * x[:, :1] + 0.587 * x[:, 1:2] + 0.114 * x[:, 2:]"
"""Pillow's gray (`convert("L")`: ITU-R BT.601), of levels that have one mean and one std. Equal
weights would hide swapped channels, so that no capture could be shown to be on par."""

THRICE = ", with mean and std three times"

INSTEAD: dict[tuple[int | str, ...], tuple[str, str]] = {
    (0, "gray", 2, 3): (GRAY, THRICE),
    (0, 2, 3, 1): ("x = x.permute(0, 2, 3, 1)", ""),
    (0, 2, 3, "gray"): (f"x = ({GRAY[4:]}).permute(0, 2, 3, 1)", THRICE),
}
"""Inputs that `normalize` does not make, by their axes in terms of [1, 3, h, w]; the code of a
module that makes them, and what the step needs besides."""


def chain_faults(
    steps: Sequence[Step], inputs: Sequence[TensorSpec], outputs: Sequence[TensorSpec]
) -> Iterator[str]:
    """What is wrong with the steps, in sentences; after the first the rest may not hold. `inputs`
    and `outputs` are those of the network."""
    if not isinstance(steps, tuple) or not 0 < len(steps) <= MAX_STEPS:
        yield f"steps has {len(steps)} items, expected 1 to {MAX_STEPS}, in a tuple"
    for index, step in enumerate(steps):
        if not isinstance(step, tuple(STEPS.values())):
            known = ", ".join(kind.__name__ for kind in STEPS.values())
            yield f"steps[{index}] is {type(step).__name__}, expected one of {known}"
    runs = sum(isinstance(step, Run) for step in steps)
    if runs != 1:
        yield f"steps has {runs} steps `run`, expected one: the network"
    made = dict[str, TensorSpec]()
    for index, step in enumerate(steps):
        where = _where(index, step)
        yield from (f"{where}: {fault}" for fault in _name_faults(step, made))
        given = [] if step.takes_source else [made[name] for name in step.takes]
        if isinstance(step, Run):
            yield from (f"{where}: {fault}" for fault in _run_faults(step, given, inputs, outputs))
            specs = tuple(outputs)
        else:
            yield from (f"{where}: {fault}" for fault in step.faults(given))
            specs = step.specs(given)
        made |= dict(zip(step.makes, specs, strict=True))
    for index, step in enumerate(steps):
        yield from (f"{_where(index, step)}: {fault}" for fault in step.number_faults())


def _where(index: int, step: Step) -> str:
    return f"steps[{index}] ({step.kind})"


def _name_faults(step: Step, made: dict[str, TensorSpec]) -> Iterator[str]:
    for what, names in (("takes", step.takes), ("makes", step.makes)):
        if not isinstance(names, tuple):
            yield f"{what} is {names!r}, expected a tuple of names: ({names!r},)"
        if not names or (len(names) > 1 and not isinstance(step, Run)):
            yield f"{what} has {len(names)} names, expected one"
        for name in names:
            if not CHAIN_NAME.fits(name):
                yield f"{what} {str(name)[:80]!r}, expected {CHAIN_NAME.expected}"
    for name in () if step.takes_source else step.takes:
        if name not in made:
            there = ", ".join(made) or "nothing"
            yield f"takes {name[:80]!r}, which no earlier step makes; they make {there}"
    for index, name in enumerate(step.makes):
        if name in made or name in step.makes[:index]:
            yield f"makes {name[:80]!r}, which is made already; give each tensor its own name"


def _run_faults(
    step: Run,
    given: Sequence[TensorSpec],
    inputs: Sequence[TensorSpec],
    outputs: Sequence[TensorSpec],
) -> Iterator[str]:
    for what, names, specs in (("takes", step.takes, inputs), ("makes", step.makes, outputs)):
        known = tuple(spec.name for spec in specs)
        if names != known:
            kind = "inputs" if what == "takes" else "outputs"
            yield f"{what} {', '.join(names)}, the model's {kind} are {', '.join(known)}"
    for name, got, expected in zip(step.takes, given, inputs, strict=True):
        if got.dtype != expected.dtype or not fits(expected.shape, got):
            yield (
                f"inputs: {name} is {expected.dtype} {list(expected.shape)}, the steps make "
                f"{got.dtype} {shown(got.shape)}; {_instead(got, expected)}"
            )


def _instead(made: TensorSpec, expected: TensorSpec) -> str:
    shape = made.shape
    if tuple(expected.shape) == tuple(shape):
        return f"make the TensorSpec {made.dtype}, and convert it in forward()"
    if len(shape) == 4 and shape[1] == 3:
        for other, (code, besides) in INSTEAD.items():
            wanted = tuple(shape[axis] if type(axis) is int else 1 for axis in other)
            if tuple(expected.shape) == wanted:
                return f"give the input that shape{besides}, and begin forward() with {code}"
        if tuple(expected.shape)[1:] == tuple(shape)[1:]:
            return "onpar runs one at a time (batch 1)"
        if tuple(expected.shape)[:2] == (1, 3) and len(expected.shape) == 4:
            return (
                "use options.height and options.width in the recipe for both, or say --size "
                f"{expected.shape[2]}x{expected.shape[3]}"
            )
    return "fix the input's TensorSpec, or the steps"
