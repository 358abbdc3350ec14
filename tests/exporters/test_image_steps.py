"""What stands after the network in a file with io `image`: the steps that make a map of classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from onpar.exporters import Source
from onpar.exporters.graphs.image_io import FromPixels
from onpar.exporters.graphs.onnx_image import from_pixels
from onpar.exporters.onnx import export
from onpar.parity.contract.chain import has_image_io, perform, steps_inside
from onpar.parity.contract.chains import class_map, mask, photo, voc_palette
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.contract.tensor_spec import TensorSpec

H, W = 6, 10

TWO = ("background", "person")

CHAINS: dict[str, tuple[int, tuple[AnyStep, ...]]] = {
    "threshold": (1, (mask("scores", 0.1, TWO),)),
    "sigmoid-threshold": (1, (Sigmoid(("scores",), ("p",)), mask("p", 0.5, TWO))),
    "softmax-argmax": (3, (Softmax(("scores",), ("p",), 1), class_map("p", (), ()))),
    "argmax": (3, (class_map("scores", (), ()),)),
}
"""By its name the number of channels of the scores, and the steps after the network."""


def model(name: str, **how: Any) -> ModelSpec:
    channels, after = CHAINS[name]
    names = tuple(f"c{index}" for index in range(channels))
    if channels > 1:
        after = (*after[:-1], class_map(after[-1].takes[0], names, voc_palette(channels)))
    before = photo("image", H, W, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3), **how)
    return ModelSpec(
        "mine",
        (TensorSpec("image", (1, 3, H, W)),),
        (TensorSpec("scores", (1, channels, H, W)),),
        (*before, *after),
    )


def network(spec: ModelSpec) -> nn.Module:
    torch.manual_seed(0)
    return nn.Conv2d(3, spec.outputs[0].shape[1], 3, padding=1).eval()


def pixels() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (H, W, 3), np.uint8)


def by_the_steps(spec: ModelSpec, module: nn.Module) -> NDArray[Any]:
    """The map as the references of the steps make it of the pixels."""
    run, last = steps_inside(spec, "tensor")[0], steps_inside(spec, "image")[1]
    made = perform(spec.steps[run - 1 : run], {"resized": pixels()}, {})
    with torch.inference_mode():
        made["scores"] = module(torch.from_numpy(made["image"])).numpy()
    return perform(spec.steps[run + 1 : last + 1], made, {})[spec.steps[last].makes[0]]


@pytest.mark.parametrize("name", CHAINS)
def test_a_file_of_pixels_makes_the_map_of_the_steps(name: str, tmp_path: Path) -> None:
    spec = model(name)
    module, expected = network(spec), by_the_steps(spec, network(spec))
    assert has_image_io(spec)
    assert len(np.unique(expected)) > 1, "one class alone would show nothing"
    with torch.inference_mode():
        got = FromPixels(module, spec)(torch.from_numpy(pixels()))
    np.testing.assert_array_equal(got.numpy(), expected)

    def samples() -> Iterator[Mapping[str, NDArray[Any]]]:
        yield {"image": np.zeros((1, 3, H, W), np.float32)}

    file = tmp_path / "tensor.onnx"
    export(Source(module, None, spec, "fp32", "tensor", samples), file)
    onnx = from_pixels(Source(None, file, spec, "fp32", "image", samples))
    session = onnxruntime.InferenceSession(onnx.SerializeToString())
    [drawn] = session.run(None, {"image": pixels()})
    np.testing.assert_array_equal(drawn, expected)
    assert drawn.dtype == np.uint8


def test_a_model_without_a_map_or_of_other_pixels_has_no_file_of_pixels() -> None:
    assert not has_image_io(model("argmax", channels="bgr"))
    top = TopK(("p",), ("classes", "values"), 1, ("a", "b", "c"))
    scores = (Softmax(("scores",), ("p",), 1), top)
    spec = ModelSpec(
        "mine",
        (TensorSpec("image", (1, 3, H, W)),),
        (TensorSpec("scores", (1, 3)),),
        (*photo("image", H, W), *scores),
    )
    assert not has_image_io(spec)
    alone = ModelSpec("mine", spec.inputs, spec.outputs, photo("image", H, W))
    assert not has_image_io(alone)
