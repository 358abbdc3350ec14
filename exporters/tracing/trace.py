"""A module as a script or, if PyTorch cannot compile it, as a checked trace."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning, trace

from onpar.exporters import Source
from onpar.exporters.errors import ExportError, first_line, left_out
from onpar.exporters.tracing.baked import conversions, of_values
from onpar.exporters.tracing.in_order import InOrder
from onpar.parity.contract.chain_check import TO_FLOAT

SAME_WITHIN = 1e-3
"""Two programs of the same arithmetic may differ by this share of the largest value, from rounding;
the judge is more exact. A wrong branch changes far more."""

BRANCH = re.compile(r"\b(if|elif|while)\b")

QUANTIZED_WEIGHT = re.compile("'(method|function)' object has no attribute 'dtype'")
"""What Python says of `weight.dtype` where quantization made `weight` a method."""

Inputs = tuple[Tensor, ...]


def scripted_or_traced(module: nn.Module, source: Source) -> torch.jit.ScriptModule:
    """Compile the module; trace it if that fails, or if the script does not run. Raises ExportError
    if the trace would bake in a decision that depends on the input."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script: torch.jit.ScriptModule = torch.jit.script(module)
        if source.precision != "int8":  # FX writes plain code, and one run of it takes seconds.
            _run(script, source)
        return script
    except Exception as error:  # The compiler raises a dozen kinds, OSError for a lost source.
        reason = first_line(error)
    return traced(InOrder(module, source.model.outputs).eval(), source, reason, "torchscript")


def traced(
    module: nn.Module, source: Source, reason: str, format_name: str
) -> torch.jit.ScriptModule:
    """The trace of a module that returns a tuple, on the first sample. It is compared with the
    module on every sample, on each sample negated, and on zeros. `reason` is why the module was not
    compiled, `format_name` the format to export.

    Raises ExportError if the trace computes something else than the module, or could: the input's
    values decide what the program does, or went through Python. A decision on shapes is fine, as
    shapes are static.
    """
    what = "format"
    if source.precision not in ("fp32", "fp16"):  # The format's float32 may be right.
        what, format_name = "variant", f"{format_name}-{source.precision}"
    without = f"or leave the {what} out: {left_out(format_name)}"
    samples = [
        tuple(torch.from_numpy(value) for value in sample.values()) for sample in source.samples()
    ]
    with torch.no_grad(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TracerWarning)
        try:
            script: torch.jit.ScriptModule = trace(module, samples[0], check_trace=False)
        except Exception as error:  # The tracer does not support all of the user's code.
            raise ExportError(
                f"it can neither be compiled ({reason}) nor traced ({first_line(error)}); "
                f"{_changed(error)}, {without}"
            ) from error
    baked = of_values(module, samples[0], conversions(caught))
    if baked:
        raise ExportError(
            f"tracing would bake in values that depend on the input's ({'; '.join(baked[:3])}); "
            f"tracing was tried because it cannot be compiled ({reason}); {_instead(baked)}, "
            f"{without}"
        )
    with torch.no_grad():
        if not all(_agree(script, module, probe) for probe in _probes(samples)):
            raise ExportError(
                "the traced module computes something else than the module on another input: a "
                "branch or a size that depends on the input was baked in; it was traced as it "
                f"cannot be compiled ({reason}); change the model, {without}"
            )
    return script


def _changed(error: Exception) -> str:
    """What to change in a module that the tracer fails on with this error."""
    if QUANTIZED_WEIGHT.search(str(error)):
        return f"convert by {TO_FLOAT}, as a quantized layer has no self.layer.weight.dtype"
    return "change the model"


def _instead(baked: list[str]) -> str:
    """What to write instead of lines that convert tensors to Python values."""
    if any(BRANCH.search(place) for place in baked):
        return "use torch.where or torch.cond instead of `if`"
    return "compute with tensors: no number, list or index of Python made of the input's values"


def quietly_traced(module: nn.Module, *inputs: Tensor) -> torch.jit.ScriptModule:
    """The trace of one of onpar's own modules. These decide nothing by their input, so it is not
    checked, which would take two more runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TracerWarning)
        script: torch.jit.ScriptModule = trace(module.eval(), inputs, check_trace=False)
    return script


def _run(script: torch.jit.ScriptModule, source: Source) -> None:
    with torch.no_grad():
        script(*(torch.from_numpy(value) for value in next(source.samples()).values()))


def _probes(samples: list[Inputs]) -> Iterator[Inputs]:
    yield from samples
    yield from (tuple(_times(value, -1) for value in sample) for sample in samples)
    yield tuple(_times(value, 0) for value in samples[0])


def _times(value: Tensor, factor: int) -> Tensor:
    """A floating-point input times `factor`; indices and masks stay, as others may be invalid."""
    return value * factor if value.is_floating_point() else value


def _agree(script: Callable[..., Inputs], module: nn.Module, probe: Inputs) -> bool:
    try:
        expected = module(*probe)
    except Exception:  # A probe may not be valid input for this module; the samples have been run.
        return True
    try:
        return all(map(_same, script(*probe), expected))
    except RuntimeError:  # The trace has a size of the first sample.
        return False


def _same(got: Tensor, expected: Tensor) -> bool:
    if got.shape != expected.shape:
        return False
    finite = expected[expected.isfinite()].abs()
    allowed = SAME_WITHIN * float(finite.max()) if finite.numel() else 0.0
    return torch.allclose(got, expected, rtol=0.0, atol=allowed, equal_nan=True)
