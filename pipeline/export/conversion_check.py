"""Evaluates a Core ML conversion, or an ExecuTorch file that contains one, with `mil` at export,
and compares it with the module.

The judge does this more exactly, with a golden and its noise floor. Here it is a gate: a wrong
conversion is made another way or refused, and never shipped. It uses one or two samples.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from onpar.exporters import WEIGHTS_ALONE, Source, file_inputs
from onpar.exporters.checked import Checked
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.errors import NotEvaluatedError, as_message
from onpar.pipeline.export.first_difference import first_difference
from onpar.pipeline.module.half import Rounding
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.targets.file_dtype import in_file_dtype
from onpar.pipeline.targets.mil.evaluation import Program, make_ready, run
from onpar.pipeline.targets.mil.package import read_package
from onpar.pipeline.targets.mil.values import tensor

Outputs = dict[str, NDArray[Any]]

Evaluate = Callable[[Mapping[str, NDArray[Any]]], Outputs]

HONEST_FACTOR = 8
"""Errors up to so many times the error of the arithmetic itself are right, as for the judge."""

EPS = {"fp32": 2.0**-23, "fp16": 2.0**-10}

MIN_RUNS = 4
"""The least error that any arithmetic is assumed to have, in units of the precision at the largest
value."""

WRONG_ABOVE = {"fp32": 1e-3, "fp16": 2e-2}
"""Shares of the largest value below which an error does not make the conversion wrong, and is left
to the judge: the share for traces (exporters/tracing/trace.py), and that of half precision in deep
models."""

OVERFLOW_SHARE = 0.25
"""The allowed error of half precision, as a share of the largest value, if its error in PyTorch is
not known."""

SNR = 6.0
"""The SNR in dB below which an int8 program's output is unrelated to the quantized module's."""

AGREEMENT_RATIO = 0.5
"""The share of a class map that must be equal for random pixels, which give many near ties."""

QUICK_RUN_SECONDS = 0.5
"""If the module runs in at most so many seconds, a second sample is compared too."""


def check(source: Source, recipe: Path, package: Path, module: nn.Module, program: Any) -> Checked:
    """Compare a saved package with the module. A fault names the first operator with a difference,
    and its source line, if `program` (of torch.export) has it."""
    if source.precision in WEIGHTS_ALONE:
        source = replace(source, module=module)
    try:
        ready, delegate = _ready(package)
        if source.io == "image":
            return _class_map(source, ready, module)
        compare = _int8 if source.precision == "int8" else _scores
        evaluate = partial(evaluated, ready, source, delegate)
        worst = Checked()
        for sample in _samples(source, module):
            found = compare(source, evaluate, module, sample)
            if found.fault:
                at = first_difference(ready, program, sample, recipe) if program else ""
                return Checked(found.off, f"{found.fault}{at}")
            worst = max(worst, found, key=lambda one: one.off)
        return worst
    except NotEvaluatedError as error:
        return Checked(unknown=str(error))
    except OSError:
        raise
    except Exception as error:  # The check failed, not the conversion; the judge follows.
        traceback.print_exception(error)
        return Checked(unknown=as_message(error))


def _ready(package: Path) -> tuple[Program, Any]:
    """The program; for an ExecuTorch file also the Delegate, which maps inputs and outputs."""
    content, delegate = read_content(package), None
    if isinstance(content, bytes):
        # Imported here: it takes seconds, and packages do not need it.
        from onpar.pipeline.targets.mil.delegate import read_delegate

        delegate = read_delegate(content, package.name)
        content = delegate.files
    return make_ready(read_package(content, package.name).main, package.name), delegate


def _samples(source: Source, module: nn.Module) -> Iterator[Mapping[str, NDArray[Any]]]:
    samples = iter(source.samples())
    yield (first := next(samples))
    started = time.perf_counter()
    with torch.inference_mode():
        module(*(torch.from_numpy(np.array(value)) for value in first.values()))
    second = next(samples, None)
    if second is not None and time.perf_counter() - started < QUICK_RUN_SECONDS:
        yield second


def _scores(
    source: Source, evaluate: Evaluate, module: nn.Module, sample: Mapping[str, NDArray[Any]]
) -> Checked:
    own = source.module
    assert own is not None
    specs = source.model.outputs
    plain = run_module(own, sample, specs)
    exact = _in_float64(own, sample, source) or plain
    computes = "fp32" if source.precision == "fp32" else "fp16"
    with Rounding() if computes == "fp16" else nullcontext():
        rough = run_module(own, sample, specs)
    got = evaluate(sample)
    worst = Checked()
    for spec in specs:
        name, eps = spec.name, EPS[computes]
        value, true = got[name].astype(np.float64), exact[name].astype(np.float64)
        if value.shape != true.shape:
            said = f"output {name} has the shape {list(value.shape)}, expected {list(true.shape)}"
            return Checked(np.inf, said)
        finite = np.isfinite(true) & np.isfinite(rough[name])
        peak = float(np.abs(true[np.isfinite(true)]).max(initial=0.0))
        if finite.any():
            honest = float(np.abs(rough[name][finite] - true[finite]).max())
        elif np.isfinite(value).all():
            # PyTorch's half precision overflows inside the model, and the program does not.
            finite, honest = np.isfinite(true), OVERFLOW_SHARE * peak / HONEST_FACTOR
        else:  # The judge shows the effect of half precision on this model.
            continue
        unit = HONEST_FACTOR * max(honest, MIN_RUNS * eps * peak)
        error = np.abs(value[finite] - true[finite])
        most = float(error.max()) if np.isfinite(error).all() else np.inf
        off = most / unit if unit else (np.inf if most else 0.0)
        if off > 1 and most > WRONG_ABOVE[computes] * peak:
            return Checked(
                off,
                f"output {name} is off by up to {most:.3g}, where its largest value is {peak:.3g}",
            )
        worst = max(worst, Checked(off), key=lambda one: one.off)
    return worst


def _int8(
    source: Source, evaluate: Evaluate, module: nn.Module, sample: Mapping[str, NDArray[Any]]
) -> Checked:
    names = [spec.name for spec in source.model.outputs]
    with torch.inference_mode():
        expected = module(*(torch.from_numpy(np.array(value)) for value in sample.values()))
    got = evaluate(sample)
    for name, one in zip(names, expected, strict=True):
        true = one.double().numpy()
        noise = float(np.square(got[name] - true).sum())
        signal = float(np.square(true).sum())
        if noise and (not signal or 10 * np.log10(signal / noise) < SNR):
            decibels = 10 * np.log10(signal / noise) if signal else -np.inf
            return Checked(
                np.inf, f"output {name} is at {decibels:.1f} dB from the quantized module's"
            )
    return Checked()


def _class_map(source: Source, ready: Program, module: nn.Module) -> Checked:
    [(name, (_, shape))] = ready.inputs.items()
    draw = np.random.default_rng(0)
    pixels = torch.from_numpy(draw.integers(0, 256, shape).astype(np.float32))
    with torch.inference_mode():
        expected = module(pixels)
    [got] = run(ready, {name: pixels}).values()
    same = float((got == expected).double().mean())
    if same < AGREEMENT_RATIO:
        return Checked(np.inf, f"{same:.0%} of the class map at random pixels are the module's")
    return Checked()


def evaluated(
    ready: Program, source: Source, delegate: Any, sample: Mapping[str, NDArray[Any]]
) -> Outputs:
    """The program's outputs for a sample, by name. A `delegate`'s program has other names."""
    specs = file_inputs(source.model.inputs, "coreml")
    given = [tensor(in_file_dtype(np.asarray(sample[spec.name]), spec)) for spec in specs]
    names = [spec.name for spec in source.model.outputs]
    inputs = delegate.inputs if delegate else [spec.name for spec in specs]
    by_name = dict(zip(inputs, given, strict=True))
    # An input that the model does not use is not in the program.
    got = run(ready, {name: by_name[name] for name in ready.inputs})
    outputs = delegate.outputs if delegate else names
    return {name: got[own].numpy() for name, own in zip(names, outputs, strict=True)}


def _in_float64(
    module: nn.Module, sample: Mapping[str, NDArray[Any]], source: Source
) -> Outputs | None:
    """None if the module has float32 in its code, or weights in half precision."""
    if any(one.dtype in (torch.half, torch.bfloat16) for one in module.state_dict().values()):
        return None
    try:
        module.double()
        return run_module(module, sample, source.model.outputs, torch.float64)
    except Exception:  # The user's code may not support float64.
        return None
    finally:
        # This is lossless, and a copy would be as large as the weights.
        module.float()
