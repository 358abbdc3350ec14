"""Writes the committed weights of `selfie_segmentation` from the published file: every value as it
is, float16, under the module's names.

    python -m onpar.pipeline.demo.write_selfie_segmentation tests/data/selfie_segmentation.tflite

It needs ai-edge-litert. The card is pipeline/demo/weights/selfie_segmentation.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from onpar.parity.files.atomic import whole_file
from onpar.pipeline.paths import DEMO
from onpar.pipeline.recipes.modules.selfie_segmentation_module import SelfieSegmentation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tflite", type=Path)
    parser.add_argument("--out", type=Path, default=DEMO / "selfie_segmentation.safetensors")
    args = parser.parse_args()
    with whole_file(args.out, follow_links=False) as temporary:
        save_file(state_of(args.tflite), temporary)


def state_of(tflite: Path) -> dict[str, Tensor]:
    """The module's state dict f16 from the published file's constants."""
    constants = constants_of(tflite)
    with torch.device("meta"):
        module = SelfieSegmentation()
    state = {}
    for (name, layer), published in zip(layers_of(module), published_names(module), strict=True):
        kernel = constants.pop(f"{published}/Kernel")
        if isinstance(layer, nn.ConvTranspose2d) or layer.groups > 1:
            kernel = kernel.permute(3, 0, 1, 2)  # [1, h, w, C]
        else:
            kernel = kernel.permute(0, 3, 1, 2)  # [out, h, w, in]
        bias = constants.pop(f"{published}/Bias")
        assert kernel.shape == layer.weight.shape, (name, kernel.shape, layer.weight.shape)
        state[f"{name}.weight"], state[f"{name}.bias"] = kernel.contiguous(), bias
    assert not constants, f"left over: {', '.join(constants)}"
    return state


def constants_of(tflite: Path) -> dict[str, Tensor]:
    """The file's float16 constants by name."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(tflite))
    interpreter.allocate_tensors()
    return {
        tensor["name"]: torch.from_numpy(interpreter.get_tensor(tensor["index"]).copy())
        for tensor in interpreter.get_tensor_details()
        if tensor["dtype"].__name__ == "float16"
    }


def layers_of(module: nn.Module) -> Iterator[tuple[str, nn.Conv2d | nn.ConvTranspose2d]]:
    """The layers with weights, in the order in which the module runs them."""
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            yield name, layer


def published_names(module: nn.Module) -> Iterator[str]:
    """Their names in the file, which numbers the layers of a kind in the same order: `conv2d`,
    `conv2d_1`, …"""
    dense, depthwise = count(), count()
    for _, layer in layers_of(module):
        if isinstance(layer, nn.ConvTranspose2d):
            yield "segment"
            continue
        kind, number = ("depthwise_conv2d", depthwise) if layer.groups > 1 else ("conv2d", dense)
        at = next(number)
        yield f"{kind}_{at}" if at else kind


if __name__ == "__main__":
    main()
