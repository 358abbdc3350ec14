"""The formats: one exporter a file, one line here.

An exporter is a plain function `export(module, inputs, outputs, path)`: `module` in eval mode with
its weights, `inputs` one example tensor for each input by name, `outputs` the specs in the recipe's
order, `path` the file to write. It returns the names of the operators in what it wrote.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A file format: its suffix, its exporter's module, and the packages that shape the file.

    `precisions` and `ios` are what it can be exported in. `memory` is the peak of the export as a
    multiple of the weights' size, over what importing the packages takes.
    """

    suffix: str
    module: str
    tools: tuple[str, ...]
    precisions: tuple[str, ...]
    ios: tuple[str, ...]
    memory: float


FORMATS = {
    "safetensors": Format(
        ".safetensors", "exporters.safetensors", ("torch", "safetensors"), ("fp32",), ("tensor",), 3
    ),
    "torchscript": Format(".pt", "exporters.torchscript", ("torch",), ("fp32",), ("tensor",), 6),
    "onnx": Format(
        ".onnx", "exporters.onnx", ("torch", "onnx", "onnxscript"), ("fp32",), ("tensor",), 8
    ),
}
"""Name of a format, as `--format` takes it. `safetensors` holds the weights that all others are
exported from; eager PyTorch, the reference included, loads it."""
