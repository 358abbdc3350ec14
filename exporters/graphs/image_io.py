"""Io `image`: normalisation, and the steps from the scores to a class of each pixel, in the graph,
so that the app does no arithmetic."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from onpar.exporters.tracing.in_order import in_order
from onpar.parity.contract.chain import run_index, steps_inside, tensor_specs
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.tensor_spec import TensorSpec

MAP_DTYPES = {"coreml": "int32"}
"""The item type of a format's class map or mask, if not u8: Core ML's arrays are Int32, Float16,
Float32 or Double (MLMultiArrayDataType)."""


def image_specs(model: ModelSpec, format_name: str) -> tuple[TensorSpec, TensorSpec]:
    """The input and the output of a file with io `image`: the resized photo u8 [h, w, 3] (Core ML:
    an image), and the class map or the mask, of the same height and width as the scores."""
    first, last = (model.steps[index] for index in steps_inside(model, "image"))
    specs, [taken], [name] = tensor_specs(model), first.takes, last.makes
    dtype = MAP_DTYPES.get(format_name, "uint8")
    photo = TensorSpec(model.inputs[0].name, specs[taken].shape, specs[taken].dtype)
    return photo, TensorSpec(name, specs[name].shape, dtype)


def steps_around(model: ModelSpec) -> tuple[Normalize, tuple[Step, ...]]:
    """How such a file normalises, and its steps after the network."""
    first, last = steps_inside(model, "image")
    by = model.steps[first]
    assert isinstance(by, Normalize)
    return by, model.steps[run_index(model.steps) + 1 : last + 1]


class MapOf(nn.Module):
    """From 0–255 intensities [1, 3, h, w] to the class map or the mask [h, w]; of equal scores the
    lowest class wins."""

    def __init__(self, module: nn.Module, model: ModelSpec, dtype: torch.dtype) -> None:
        super().__init__()
        by, self.follows = steps_around(model)
        self.module = module
        self.names = tuple(spec.name for spec in model.outputs)
        self.output = self.names.index(self.follows[0].takes[0])
        self.dtype = dtype
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.tensor(by.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(by.std).view(1, 3, 1, 1))

    def forward(self, levels: Tensor) -> Tensor:
        scores = in_order(self.module((levels / 255 - self.mean) / self.std), self.names)
        value = scores[self.output]
        for step in self.follows:
            value = _after(step, value)
        return value.to(self.dtype)


def _after(step: Step, scores: Tensor) -> Tensor:
    if isinstance(step, Softmax):
        return scores.softmax(step.axis)
    if isinstance(step, Sigmoid):
        return scores.sigmoid()
    if isinstance(step, Threshold):
        [spec] = step.specs([TensorSpec("", tuple(scores.shape))])
        return (scores > step.above).reshape(spec.shape)
    assert isinstance(step, Argmax)
    # torch's and ONNX's arg-max both give the first of equal values.
    return scores.argmax(1)[0]


class FromPixels(nn.Module):
    """The same from a photo's pixels u8 [h, w, 3]."""

    def __init__(self, module: nn.Module, model: ModelSpec) -> None:
        super().__init__()
        self.module = MapOf(module, model, torch.uint8)

    def forward(self, image: Tensor) -> Tensor:
        classes: Tensor = self.module(image.permute(2, 0, 1).unsqueeze(0).float())
        return classes
