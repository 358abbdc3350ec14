"""Core ML `.mlpackage`: an ML program through torch.export or, where that fails, a trace."""

from __future__ import annotations

import errno
import json
import shutil
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
import torch
from torch import nn

from exporters import FORMATS, Source, taken
from exporters.errors import ExportError, first_line
from exporters.image_io import ClassMapOf, image_specs
from exporters.in_order import InOrder
from exporters.trace import quietly_traced, traced

PRECISIONS = {
    "fp32": ct.precision.FLOAT32,
    "fp16": ct.precision.FLOAT16,
    "int8": ct.precision.FLOAT16,
}
"""What is computed in; of int8 what is not quantized."""


def export(source: Source, path: Path) -> tuple[str, ...]:
    """Write the package, with the recipe's names for inputs and outputs.

    With io `image` it takes a CVPixelBuffer of the input's size and gives the class map Int32.
    Inputs and outputs of io `tensor` stay float32, whatever the precision inside; integers become
    Int32. Raises ExportError for int8 where torch.export cannot hold the module.
    """
    module, samples, inputs, outputs = _image(source) if source.io == "image" else _tensor(source)
    options: dict[str, Any] = {
        "convert_to": "mlprogram",
        "compute_precision": PRECISIONS[source.precision],
        "minimum_deployment_target": ct.target[FORMATS["coreml"].systems[source.precision]],
        "inputs": inputs,
        "outputs": outputs,
        "skip_model_load": True,
    }
    if source.precision == "int8":
        # Here, as a photo that cannot be read is no fault of coremltools.
        read = list(source.samples())
        source = replace(source, samples=lambda: iter(read))
    try:
        if source.precision == "int8":
            module = _quantized(source)
        program = torch.export.export(module, samples).run_decompositions({})
        model = _converted(program, options)
    except Exception as error:  # Whatever neither knows of the user's operators.
        if isinstance(error, OSError) and error.errno:
            raise
        if source.precision == "int8":
            raise ExportError(
                f"coremltools cannot convert the quantized module ({first_line(error)}); leave "
                'this variant out: in the recipe left_out={"coreml-int8": "why"}'
            ) from error
        model = _converted(_traced(source, samples, first_line(error)), options)
    # Not `model.save`, which copies the weights, and adds a file that only ExecuTorch reads.
    shutil.move(model.package_path, path)
    program_file = path / "Data" / "com.apple.CoreML" / "model.mlmodel"
    program_file.write_bytes(program_bytes(model.get_spec()))
    manifest = path / "Manifest.json"
    manifest.write_text(named_parts(manifest.read_text(encoding="utf-8")), encoding="utf-8")
    program = model._mil_program
    return tuple(sorted({op.op_type for f in program.functions.values() for op in f.operations}))


def _converted(program: Any, options: dict[str, Any]) -> Any:
    try:
        return ct.convert(program, **options)
    except RuntimeError as error:
        if "FileWriter" not in str(error):
            raise
        raise OSError(errno.ENOSPC, "coremltools cannot write the weights") from error


def _quantized(source: Source) -> nn.Module:
    """As for ExecuTorch: activations s8, weights s8 a channel. Its quantizer for Core ML calibrates
    on what it has quantized so far, which cost 11 dB (docs/quantization.md)."""
    # Seconds to import, which other precisions need not wait for.
    from exporters.pt2e_int8 import quantized
    from exporters.pte import OBSERVER, quantizer

    return quantized(source, quantizer(OBSERVER))


def _tensor(source: Source) -> tuple[nn.Module, tuple[torch.Tensor, ...], list[Any], list[Any]]:
    sample = next(source.samples())
    module = InOrder(source.module, source.model.outputs).eval()  # type: ignore[arg-type]
    inputs = [
        ct.TensorType(name=spec.name, shape=spec.shape, dtype=np.dtype(spec.dtype).type)
        for spec in taken(source.model.inputs, "coreml")
    ]
    outputs = [ct.TensorType(name=spec.name, dtype=np.float32) for spec in source.model.outputs]
    return module, tuple(torch.from_numpy(value) for value in sample.values()), inputs, outputs


def _image(source: Source) -> tuple[nn.Module, tuple[torch.Tensor, ...], list[Any], list[Any]]:
    taken, given = image_specs(source.model, "coreml")
    height, width, _ = taken.shape
    module = ClassMapOf(source.module, source.model, torch.int32).eval()  # type: ignore[arg-type]
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
    return quietly_traced(ClassMapOf(script, source.model, torch.int32), *samples)


def program_bytes(spec: Any) -> bytes:
    """The program without the date of its conversion, and maps sorted by their keys: protocol
    buffers write them in the order of a hash table, another in every process."""
    spec.description.metadata.userDefined.pop("com.github.apple.coremltools.conversion_date", None)
    serialized: bytes = spec.SerializeToString(deterministic=True)
    return serialized


def named_parts(manifest: str) -> str:
    """The manifest names a package's parts by random UUIDs; here they follow from the parts' paths
    (RFC 9562's version 5), so that two exports are equal files."""
    content = json.loads(manifest)
    names = {
        old: str(uuid.uuid5(uuid.NAMESPACE_URL, entry["path"]))
        for old, entry in content["itemInfoEntries"].items()
    }
    entries = {names[old]: entry for old, entry in content["itemInfoEntries"].items()}
    content["itemInfoEntries"] = dict(sorted(entries.items()))
    content["rootModelIdentifier"] = names[content["rootModelIdentifier"]]
    return json.dumps(content, indent=4) + "\n"
