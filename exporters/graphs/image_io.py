"""Io `image`: normalisation and arg-max in the graph, so that the app does no arithmetic."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from onpar.exporters.tracing.in_order import in_order
from onpar.parity.contract.chain import steps_inside, tensor_specs
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.tensor_spec import TensorSpec

CLASSMAP_DTYPES = {"coreml": "int32"}
"""The item type of a format's class map, if not u8: Core ML's arrays are Int32, Float16, Float32 or
Double (MLMultiArrayDataType)."""


def image_specs(model: ModelSpec, format_name: str) -> tuple[TensorSpec, TensorSpec]:
    """The input and the output of a file with io `image`: the resized photo u8 [h, w, 3] (Core ML:
    an image), and the class map, of the same height and width as the scores."""
    first, last = (model.steps[index] for index in steps_inside(model, "image"))
    specs, [taken], [name] = tensor_specs(model), first.takes, last.makes
    dtype = CLASSMAP_DTYPES.get(format_name, "uint8")
    photo = TensorSpec(model.inputs[0].name, specs[taken].shape, specs[taken].dtype)
    return photo, TensorSpec(name, specs[name].shape, dtype)


def constants(model: ModelSpec) -> tuple[Normalize, str]:
    """How such a file normalises, and the output that its class map is made of."""
    first, last = (model.steps[index] for index in steps_inside(model, "image"))
    assert isinstance(first, Normalize)
    return first, last.takes[0]


class ClassMapOf(nn.Module):
    """From 0–255 intensities [1, 3, h, w] to the class map [h, w]; ties go to the lowest class."""

    def __init__(self, module: nn.Module, model: ModelSpec, dtype: torch.dtype) -> None:
        super().__init__()
        by, output = constants(model)
        self.module = module
        self.names = tuple(spec.name for spec in model.outputs)
        self.output = self.names.index(output)
        self.dtype = dtype
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.tensor(by.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(by.std).view(1, 3, 1, 1))

    def forward(self, levels: Tensor) -> Tensor:
        scores = in_order(self.module((levels / 255 - self.mean) / self.std), self.names)
        # torch's and ONNX's arg-max both give the first of equal values.
        return scores[self.output].argmax(1)[0].to(self.dtype)


class FromPixels(nn.Module):
    """The same from a photo's pixels u8 [h, w, 3]."""

    def __init__(self, module: nn.Module, model: ModelSpec) -> None:
        super().__init__()
        self.module = ClassMapOf(module, model, torch.uint8)

    def forward(self, image: Tensor) -> Tensor:
        classes: Tensor = self.module(image.permute(2, 0, 1).unsqueeze(0).float())
        return classes
