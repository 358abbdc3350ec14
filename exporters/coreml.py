"""Core ML `.mlpackage`: an ML program from torch.export or, if that fails, from a trace."""

from __future__ import annotations

import errno
import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import coremltools as ct
import numpy as np
import torch
from torch import nn
from torch.export import ExportedProgram
from torch.fx import GraphModule

from onpar.exporters import FORMATS, WEIGHTS_ALONE, Source, file_inputs
from onpar.exporters.checked import Checked
from onpar.exporters.errors import ExportError, left_out
from onpar.exporters.graphs.coreml_operators import register_operators
from onpar.exporters.graphs.image_io import MapOf, image_specs
from onpar.exporters.program import Content, Program, Written
from onpar.exporters.quantization.coreml_weights import compressed
from onpar.exporters.quantization.exact.pt2e_program import program_of
from onpar.exporters.quantization.unwrapped import unwrapped
from onpar.exporters.tracing.in_order import InOrder
from onpar.exporters.tracing.trace import quietly_traced, traced
from onpar.exporters.tracing.where_failed import described
from onpar.parity.contract.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from onpar.exporters.quantization.weights_alone import Rounded

register_operators()

PRECISIONS = {
    "fp32": ct.precision.FLOAT32,
    "fp16": ct.precision.FLOAT16,
    "int8": ct.precision.FLOAT16,
    "int8wo": ct.precision.FLOAT16,
    "palette": ct.precision.FLOAT16,
}
"""The compute precision; for int8, that of what is not quantized."""

HALF_TAIL = 1e-2
"""How far float16 operators behind the last quantized tensor may be off, as a share of the largest
value: ten times its spacing above 1. Measured: a softmax over 1,000 classes is 1e-3 off."""

SMALL = ("uint8", "int8")
"""The types of inputs of 8 bits."""


def export(source: Source, path: Path) -> Written:
    """Write the package, with the recipe's names for inputs and outputs.

    With io `image` the input is a CVPixelBuffer of the input's size and the output is the class map
    or the mask, Int32. With io `tensor`, inputs and outputs stay float32 at every precision;
    integers become Int32. Raises ExportError if the precision is int8 and torch.export cannot hold
    the module or an input has 8 bits, and if every conversion computes something else.
    """
    if source.precision == "int8":
        refuse_small_integers(source, "coreml-int8")
    module, samples, inputs, outputs = _image(source) if source.io == "image" else _tensor(source)
    program: Program | None = None
    options: dict[str, Any] = {
        "convert_to": "mlprogram",
        "compute_precision": PRECISIONS[source.precision],
        "minimum_deployment_target": ct.target[FORMATS["coreml"].systems[source.precision]],
        "inputs": inputs,
        "outputs": outputs,
        "skip_model_load": True,
    }
    if source.precision == "int8":
        # Read here: a photo that cannot be read is not an error of coremltools.
        read = list(source.samples())
        source = replace(source, samples=lambda: iter(read))
        module = _int8(source)
        program = _program(module, samples, source, options)
    finish: Callable[[Any], Any] = _unchanged
    if source.precision in WEIGHTS_ALONE:
        made = _rounded(source)
        module, program, finish = (
            made.module,
            made.program(source),
            partial(compressed, made, source.precision),
        )
    model = _best(module, samples, source, options, finish)
    # Not `model.save`: it copies the weights, and adds a file that only ExecuTorch reads.
    shutil.move(model.package_path, path)
    program_file = path / "Data" / "com.apple.CoreML" / "model.mlmodel"
    program_file.write_bytes(program_bytes(model.get_spec()))
    manifest = path / "Manifest.json"
    manifest.write_text(named_parts(manifest.read_text(encoding="utf-8")), encoding="utf-8")
    functions = model._mil_program.functions.values()
    return Written(tuple(sorted({op.op_type for f in functions for op in f.operations})), program)


def _program(
    module: GraphModule, samples: tuple[torch.Tensor, ...], source: Source, options: dict[str, Any]
) -> Program:
    """The program, and a package that also gives its quantized tensors, as float32."""

    def package(shown: nn.Module) -> Content:
        exported = torch.export.export(AsFloats(shown).eval(), samples)
        more = [ct.TensorType(name=spec.name, dtype=np.float32) for spec in program.shown.values()]
        given = options | {"outputs": [*options["outputs"], *more]}
        try:
            model = _converted(exported.run_decompositions({}), given)
        except Exception:  # coremltools does not support every operator of the user's.
            model = _converted(exported.run_decompositions(), given)
        folder = Path(model.package_path)
        paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    program = program_of(module, source, package)
    # A name in a package is an identifier.
    names = {name: TensorSpec(f"inner_{name}", ()) for name in program.shown}
    program = replace(program, shown=names, tail=HALF_TAIL)
    return program


class AsFloats(nn.Module):
    """The outputs in float32: a package gives no int8."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(output.to(torch.float32) for output in self.module(*inputs))


def refuse_small_integers(source: Source, name: str) -> None:
    """Raises ExportError for an input of 8 bits, which Core ML has no arrays for and coremltools
    takes in a trace alone, as Int32. `name` is the key of `left_out`."""
    for spec in source.model.inputs:
        if spec.dtype in SMALL:
            raise ExportError(
                f"input {spec.name} is {spec.dtype}: Core ML has no {spec.dtype} arrays, and "
                f"coremltools {ct.__version__} does not convert torch.export's program of one; "
                f"leave this variant out: {left_out(name)}"
            )


@dataclass(frozen=True)
class _Made:
    """A conversion, compared with the module."""

    model: Any
    checked: Checked


def _best(
    module: nn.Module,
    samples: tuple[torch.Tensor, ...],
    source: Source,
    options: dict[str, Any],
    finish: Callable[[Any], Any],
) -> Any:
    """The first conversion that is right, after `finish`; if none is, the one with the smallest
    error. coremltools converts some operators of torch.export wrongly, and others of a trace."""
    exported = cache(lambda: torch.export.export(module, samples))
    ways: list[Callable[[], Any]] = [
        lambda: exported().run_decompositions({}),
        lambda: exported().run_decompositions(),
    ]
    if source.precision in WEIGHTS_ALONE:
        ways.append(lambda: traced(module, source, _reason(errors, made), "coreml"))
    elif source.precision != "int8":
        ways.append(lambda: _traced(source, samples, _reason(errors, made)))
    made: list[_Made] = []
    errors: list[Exception] = []
    for way in ways:
        try:
            program = way()
            model = finish(_converted(program, options))
            checked = Checked()
            if source.check:
                graph = program if isinstance(program, ExportedProgram) else None
                checked = source.check(Path(model.package_path), module, graph)
        except Exception as error:  # Neither supports every operator of the user's.
            if isinstance(error, OSError) and error.errno:
                raise
            errors.append(error)
            continue
        if checked.right:
            return model
        made.append(_Made(model, checked))
    fitting = [one for one in made if not one.checked.fault]
    compared = [one for one in fitting if not one.checked.unknown]
    if fitting:
        best = min(compared, key=lambda one: one.checked.off) if compared else fitting[0]
        return best.model
    raise _refusal(source, errors, made)


def _refusal(source: Source, errors: list[Exception], made: list[_Made]) -> Exception:
    """Why no conversion is possible: every one failed or is wrong."""
    name = f"coreml-{source.precision}{'-image' if source.io == 'image' else ''}"
    remedy = f"change the model, or leave this variant out: {left_out(name)}"
    if made:
        # A trace's conversion does not show where the difference begins.
        fault = max((one.checked.fault for one in made), key=len)
        return ExportError(
            f"coremltools {ct.__version__} converts the model to one that computes something else: "
            f"{fault}; {remedy}"
        )
    if source.precision not in ("fp32", "fp16"):
        reason = described(errors[0])
        refusal = ExportError(
            f"coremltools cannot convert the quantized module ({reason}); {remedy}"
        )
        refusal.__cause__ = errors[0]
        return refusal
    return errors[-1] if isinstance(errors[-1], ExportError) else errors[0]


def _reason(errors: list[Exception], made: list[_Made]) -> str:
    """Why the conversion of torch.export is not enough."""
    return described(errors[0]) if errors else made[0].checked.fault or "its conversion is inexact"


def _rounded(source: Source) -> Rounded:
    from onpar.exporters.quantization.weights_alone import rounded

    return _or_refused(source, lambda given: rounded(given, "coreml"))


def _int8(source: Source) -> GraphModule:
    return _or_refused(source, _quantized)


Quantized = TypeVar("Quantized")


def _or_refused(source: Source, quantized: Callable[[Source], Quantized]) -> Quantized:
    try:
        return quantized(source)
    except ExportError:
        raise
    except Exception as error:  # The quantizer does not support every operator of the user's.
        if isinstance(error, OSError) and error.errno:
            raise
        raise _refusal(source, [error], []) from error


def _unchanged(model: Any) -> Any:
    return model


def _converted(program: Any, options: dict[str, Any]) -> Any:
    try:
        return ct.convert(program, **options)
    except RuntimeError as error:
        if "FileWriter" not in str(error):
            raise
        raise OSError(errno.ENOSPC, "coremltools cannot write the weights") from error


def _quantized(source: Source) -> GraphModule:
    """As for ExecuTorch: activations s8, weights s8 per channel. ExecuTorch's quantizer for Core ML
    calibrates on activations that it has already quantized, which cost 11 dB
    (docs/quantization.md)."""
    # Imported here: it takes seconds, and other precisions do not need it.
    from onpar.exporters.pte import OBSERVER, quantizer
    from onpar.exporters.quantization.pt2e_int8 import quantized

    return unwrapped(quantized(source, quantizer(OBSERVER), "coreml-int8"))


def _tensor(source: Source) -> tuple[nn.Module, tuple[torch.Tensor, ...], list[Any], list[Any]]:
    sample = next(source.samples())
    module = InOrder(source.module, source.model.outputs).eval()  # type: ignore[arg-type]
    inputs = [
        ct.TensorType(name=spec.name, shape=spec.shape, dtype=np.dtype(spec.dtype).type)
        for spec in file_inputs(source.model.inputs, "coreml")
    ]
    outputs = [ct.TensorType(name=spec.name, dtype=np.float32) for spec in source.model.outputs]
    return module, tuple(torch.from_numpy(value) for value in sample.values()), inputs, outputs


def _image(source: Source) -> tuple[nn.Module, tuple[torch.Tensor, ...], list[Any], list[Any]]:
    taken, given = image_specs(source.model, "coreml")
    height, width, _ = taken.shape
    module = MapOf(source.module, source.model, torch.int32).eval()  # type: ignore[arg-type]
    layout = ct.colorlayout.RGB
    image = ct.ImageType(name=taken.name, shape=(1, 3, height, width), color_layout=layout)
    return module, (torch.zeros(1, 3, height, width),), [image], [ct.TensorType(name=given.name)]


def _traced(
    source: Source, samples: tuple[torch.Tensor, ...], reason: str
) -> torch.jit.ScriptModule:
    outputs = source.model.outputs
    script = traced(InOrder(source.module, outputs).eval(), source, reason, "coreml")  # type: ignore[arg-type]
    if source.io == "tensor":
        return script
    return quietly_traced(MapOf(script, source.model, torch.int32), *samples)


def program_bytes(spec: Any) -> bytes:
    """The program without the date of its conversion, with maps sorted by key: protocol buffers
    write them in the order of a hash table, which differs in every process."""
    spec.description.metadata.userDefined.pop("com.github.apple.coremltools.conversion_date", None)
    serialized: bytes = spec.SerializeToString(deterministic=True)
    return serialized


def named_parts(manifest: str) -> str:
    """The manifest with UUIDs made from the parts' paths (RFC 9562, version 5) instead of random
    ones, so that two exports are equal files."""
    content = json.loads(manifest)
    names = {
        old: str(uuid.uuid5(uuid.NAMESPACE_URL, entry["path"]))
        for old, entry in content["itemInfoEntries"].items()
    }
    entries = {names[old]: entry for old, entry in content["itemInfoEntries"].items()}
    content["itemInfoEntries"] = dict(sorted(entries.items()))
    content["rootModelIdentifier"] = names[content["rootModelIdentifier"]]
    return json.dumps(content, indent=4) + "\n"
