"""The formats. Each exporter is a file, with one line here.

An exporter is a plain function `export(source, path)`. It exports `source` to the file or folder
`path`, and returns a `Written`: the operators in it and, of a quantized file, its program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from onpar.exporters.checked import Check
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from torch import nn

WEIGHTS = "safetensors-fp32-tensor"
"""The variant that holds the weights. Every other variant is made from it, directly or
indirectly."""


WEIGHTS_ALONE = ("int8wo", "palette")
"""The precisions that compress the weights and quantize nothing else: to 8 bits (torchao calls that
int8wo, weight only), and to a palette of 6 bits. `--format` has to name them: a run without it has
enough to export."""


@dataclass(frozen=True)
class Source:
    """What an exporter makes a file from.

    module     the recipe's module, float32, in eval mode, with its weights; None if `file` is set
    file       the artifact that this one is made from, if that is not the weights
    samples    sets of inputs to run the model on, by input: arrays as in the specs; for
               int8 those of the calibration, otherwise those of the cases
    check      evaluates the exported file and compares it with the module, if the format can be
               evaluated here; None: the file is not checked
    float_layers
               names of modules, as `named_modules()` of the recipe's module has them, that int8
               keeps in float32, with everything below them
    """

    module: nn.Module | None
    file: Path | None
    model: ModelSpec
    precision: str
    io: str
    samples: Callable[[], Iterator[Mapping[str, NDArray[Any]]]]
    check: Check | None = None
    float_layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """A file format: its suffix, its exporter's module, and the packages that affect the file.

    `made_from` maps every supported `precision-io` to the variant that the file is made from.
    `engine` is the quantized engine that its int8 files need, empty for any. `memory` is the peak
    memory of the export as a multiple of the weights' size, in addition to the imported packages.
    `takes` maps an input's dtype to the dtype in its files, if they differ; `systems` has, by
    precision, the oldest system that a file runs on, if the format states one. `halves`: whether
    its operators compute in float16 where the weights alone are compressed.
    """

    suffix: str
    module: str
    tools: tuple[str, ...]
    made_from: Mapping[str, str]
    memory: float
    engine: str = ""
    takes: Mapping[str, str] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    halves: bool = False


FORMATS = {
    "safetensors": Format(
        ".safetensors",
        "onpar.exporters.safetensors",
        ("torch", "safetensors"),
        {"fp32-tensor": "", "fp16-tensor": WEIGHTS},
        memory=3,
    ),
    "torchscript": Format(
        ".pt",
        "onpar.exporters.torchscript",
        ("torch",),
        {"fp32-tensor": WEIGHTS, "fp32-image": WEIGHTS, "int8-tensor": WEIGHTS},
        memory=6,
        engine="qnnpack",
    ),
    "ptl": Format(
        ".ptl",
        "onpar.exporters.ptl",
        ("torch",),
        {"fp32-tensor": "torchscript-fp32-tensor", "int8-tensor": "torchscript-int8-tensor"},
        memory=6,
        engine="qnnpack",
    ),
    "onnx": Format(
        ".onnx",
        "onpar.exporters.onnx",
        ("torch", "onnx", "onnxscript", "onnxruntime", "torchao"),
        {
            "fp32-tensor": WEIGHTS,
            "fp32-image": "onnx-fp32-tensor",
            "int8-tensor": "onnx-fp32-tensor",
            "int8wo-tensor": WEIGHTS,
        },
        memory=8,
    ),
    "ort": Format(
        ".ort",
        "onpar.exporters.ort",
        ("onnxruntime",),
        # Not with int8 weights: the converter would write their products, which are floats.
        {"fp32-tensor": "onnx-fp32-tensor", "int8-tensor": "onnx-int8-tensor"},
        memory=6,
    ),
    # Its arrays have one integer type, Int32 (MLMultiArrayDataType).
    "coreml": Format(
        ".mlpackage",
        "onpar.exporters.coreml",
        ("torch", "coremltools", "torchao", "executorch", "scikit-learn"),
        {
            "fp32-tensor": WEIGHTS,
            "fp16-tensor": WEIGHTS,
            "fp16-image": WEIGHTS,
            "int8-tensor": WEIGHTS,
            "int8wo-tensor": WEIGHTS,
            "palette-tensor": WEIGHTS,
        },
        memory=10,
        takes={"int64": "int32", "uint8": "int32", "int8": "int32"},
        # The first iOS that runs ML programs, the first whose programs compress weights, and the
        # first whose programs quantize activations.
        systems={
            "fp32": "iOS15",
            "fp16": "iOS15",
            "int8": "iOS17",
            "int8wo": "iOS16",
            "palette": "iOS16",
        },
        halves=True,
    ),
    "pte": Format(
        ".pte",
        "onpar.exporters.pte",
        ("torch", "executorch", "torchao"),
        {"fp32-tensor": WEIGHTS, "fp32-image": WEIGHTS, "int8-tensor": WEIGHTS},
        memory=5,
    ),
    "pte_portable": Format(
        ".portable.pte",
        "onpar.exporters.pte_portable",
        ("torch", "executorch"),
        {"fp32-tensor": WEIGHTS},
        memory=3,
    ),
    "pte_coreml": Format(
        ".coreml.pte",
        "onpar.exporters.pte_coreml",
        ("torch", "executorch", "coremltools"),
        {"fp32-tensor": WEIGHTS, "fp16-tensor": WEIGHTS},
        memory=7,
    ),
}
"""By name, as in `--format`. `safetensors` holds the weights that all other formats are exported
from. Eager PyTorch loads it, for the reference too. Its fp16 runs with every operator's result
rounded to float16, which shows the cost of half precision alone on any machine."""


def file_inputs(inputs: tuple[TensorSpec, ...], format_name: str) -> tuple[TensorSpec, ...]:
    """The inputs of a format's files, for the model's inputs."""
    dtypes = FORMATS[format_name].takes
    return tuple(replace(spec, dtype=dtypes.get(spec.dtype, spec.dtype)) for spec in inputs)


@dataclass(frozen=True)
class Variant:
    """One way to export a model: a format, a precision and an io (`tensor` or `image`)."""

    format: str
    precision: str
    io: str

    @property
    def name(self) -> str:
        """`format-precision-io`, as in the names of artifacts, captures and verdicts."""
        return f"{self.format}-{self.precision}-{self.io}"

    @property
    def made_from(self) -> str:
        """The name of the variant that this one is made from; empty for the weights."""
        return FORMATS[self.format].made_from[f"{self.precision}-{self.io}"]

    @property
    def engine(self) -> str:
        """The quantized engine that it needs, empty for any."""
        return FORMATS[self.format].engine if self.precision == "int8" else ""

    @property
    def computes(self) -> str:
        """The precision of its operators, which is another if the weights alone are compressed."""
        if not self.weights_alone:
            return self.precision
        return "fp16" if FORMATS[self.format].halves else "fp32"

    @property
    def weights_alone(self) -> bool:
        """Whether nothing but the weights is compressed."""
        return self.precision in WEIGHTS_ALONE

    @property
    def has_program(self) -> bool:
        """Whether the file computes a program of its own, which its exporter gives."""
        return self.precision == "int8" or self.weights_alone


VARIANTS = {
    variant.name: variant
    for name, form in FORMATS.items()
    for variant in (Variant(name, *kind.split("-")) for kind in form.made_from)
}
"""Every variant by name, in the order of FORMATS."""

USUAL = tuple(name for name, one in VARIANTS.items() if not one.weights_alone)
"""The variants that are exported unless `--format` names some."""
