"""Do the steps of a chain go together?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from onpar.parity.contract.steps import STEPS
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.normalize import DTYPES, LAYOUTS, Normalize
from onpar.parity.contract.steps.places import Places, in_sidecar
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tensor_spec import ANY, TensorSpec, fits, shown
from onpar.parity.limits.limits import CHAIN_NAME, MAX_STEPS, QUANTIZED_TYPES

TO_FLOAT = "x.to(torch.get_default_dtype())"
"""How forward() makes floats of whole numbers: float64 where the reference runs. A weight's dtype
does as much, but a quantized layer's weight is a method, not a tensor."""


def chain_faults(
    steps: Sequence[Step],
    inputs: Sequence[TensorSpec],
    outputs: Sequence[TensorSpec],
    places: Places = in_sidecar,
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
    made, named = dict[str, TensorSpec](), places(steps)
    for index, (where, step) in enumerate(zip(named, steps, strict=True)):
        yield from (f"{where}: {fault}" for fault in _name_faults(step, made))
        given = [] if step.takes_source else [made[name] for name in step.takes]
        if isinstance(step, Run):
            numbers = _photo_numbers(steps[:index])
            found = _run_faults(step, given, inputs, outputs, numbers)
            yield from (f"{where}: {fault}" for fault in found)
            specs = tuple(outputs)
        else:
            yield from (f"{where}: {fault}" for fault in step.faults(given))
            specs = step.specs(given)
        made |= dict(zip(step.makes, specs, strict=True))
    for where, step in zip(named, steps, strict=True):
        yield from (f"{where}: {fault}" for fault in step.number_faults())


def _name_faults(step: Step, made: dict[str, TensorSpec]) -> Iterator[str]:
    for what, names in (("takes", step.takes), ("makes", step.makes)):
        if not isinstance(names, tuple):
            yield f"{what} is {names!r}, expected a tuple of names: ({names!r},)"
        count = step.most if what == "makes" else 1
        if not names or (len(names) != count and not isinstance(step, Run)):
            s = "" if len(names) == 1 else "s"
            yield f"{what} has {len(names)} name{s}, expected {count}"
        for name in names:
            if not CHAIN_NAME.fits(name):
                yield f"{what} {str(name)[:80]!r}, expected {CHAIN_NAME.expected}"
    for name in () if step.takes_source else step.takes:
        if name not in made:
            there = ", ".join(made) or "nothing"
            yield f"takes {name[:80]!r}, which no earlier step makes; they make {there}"
    for index, name in enumerate(step.makes):
        if name in made or name in step.makes[:index]:
            yield f"makes {name[:80]!r}, which is made already; {_own_name(step)}"


def _own_name(step: Step) -> str:
    if isinstance(step, DecodeImage):
        return 'give each photo its own source: photo(…, source="left")'
    return "give each tensor its own name"


def _run_faults(
    step: Run,
    given: Sequence[TensorSpec],
    inputs: Sequence[TensorSpec],
    outputs: Sequence[TensorSpec],
    numbers: Mapping[str, int],
) -> Iterator[str]:
    """`numbers` are those of `_photo_numbers`."""
    for what, names, specs in (("takes", step.takes, inputs), ("makes", step.makes, outputs)):
        known = tuple(spec.name for spec in specs)
        if names != known:
            kind = "inputs" if what == "takes" else "outputs"
            yield f"{what} {', '.join(names)}, the model's {kind} are {', '.join(known)}"
    for name, got, expected in zip(step.takes, given, inputs, strict=True):
        if got.dtype != expected.dtype or not fits(expected.shape, got):
            yield (
                f"inputs: {name} is {expected.dtype} {list(expected.shape)}, the steps make "
                f"{got.dtype} {shown(got.shape)}; "
                f"{_instead(got, expected, numbers.get(name, 0))}"
            )


def _photo_numbers(steps: Sequence[Step]) -> dict[str, int]:
    """How many means a photo is normalised by, by the name of the tensor made."""
    return {one.makes[0]: len(one.mean) for one in steps if isinstance(one, Normalize)}


def _instead(made: TensorSpec, expected: TensorSpec, numbers: int) -> str:
    shape, wanted = tuple(made.shape), tuple(expected.shape)
    if len(shape) == 4 and shape[:2] == (1, 3) and ANY not in shape:
        said = _photo_advice((shape[2], shape[3]), expected, numbers)
        if said:
            return f"write photo(…, {said})"
    if wanted == shape:
        advice = f"make the TensorSpec {made.dtype}, and convert it in forward()"
        if made.dtype != "float32" and expected.dtype == "float32":
            advice += f" by {TO_FLOAT}, not x.float(): the reference computes in float64"
        if made.dtype == "float32" and expected.dtype in QUANTIZED_TYPES:
            advice += ", or put a step Quantize before the network"
        return advice
    if len(shape) == 4 and shape[:2] == (1, 3) and ANY not in shape:
        if wanted[1:] == shape[1:] and wanted[:1] != (1,):
            return "onpar runs one at a time (batch 1)"
        if len(wanted) == 4 and wanted[:2] == (1, 3):
            return (
                "use options.height and options.width in the recipe for both, or say --size "
                f"{wanted[2]}x{wanted[3]}"
            )
    return "fix the input's TensorSpec, or the steps"


def _photo_advice(size: tuple[int, int], expected: TensorSpec, numbers: int) -> str:
    """What to write in `photo(…)` for an input of another layout, channels or type; empty where
    that does not make it. `numbers` is how many means the recipe has already."""
    for layout in LAYOUTS:
        for channels, chosen in (("rgb", 3), ("gray", 1)):
            shape = (1, chosen, *size) if layout == "NCHW" else (1, *size, chosen)
            if tuple(expected.shape) == shape and expected.dtype in DTYPES:
                words = [f'channels="{channels}"'] if channels != "rgb" else []
                words += [f'layout="{layout}"'] if layout != "NCHW" else []
                words += ['dtype="uint8"'] if expected.dtype == "uint8" else []
                if channels == "gray" and expected.dtype != "uint8" and numbers != 1:
                    words.append("mean=(…,), std=(…,)")
                return ", ".join(words)
    return ""
