"""Which of torchvision's models become Core ML packages, and which of those onpar evaluates.

    .venv/bin/python bench/coreml_models.py [--model NAME ...] [--write docs/coreml.md]

Of every family of torchvision's classification and segmentation models a small one, with random
weights (`onpar.pipeline.weights.seeded`), is exported by exporters/coreml.py and run by the target
mil on one random input. Prints a row of Markdown a model, with the distance from eager float32
PyTorch; `--write` puts the table into the page, between `<!-- models -->` and `<!-- end -->`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from onpar.exporters import Source, coreml
from onpar.exporters.errors import first_line
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.files.atomic import write_text
from onpar.parity.judge.metrics import distance
from onpar.pipeline.build_folder.content import Content, read_content
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.mil import RUNTIME
from onpar.pipeline.targets.mil.evaluation import make_ready, run
from onpar.pipeline.targets.mil.package import read_package
from onpar.pipeline.targets.mil.values import tensor
from onpar.pipeline.weights.seeded import fill, norms

SIZES: Mapping[str, tuple[int, dict[str, Any]]] = {
    "alexnet": (96, {}),
    "vgg11_bn": (64, {}),
    "resnet18": (64, {}),
    "resnext50_32x4d": (64, {}),
    "wide_resnet50_2": (64, {}),
    "densenet121": (64, {}),
    "squeezenet1_0": (64, {}),
    "googlenet": (64, {"aux_logits": False, "init_weights": False}),
    "inception_v3": (128, {"aux_logits": False, "init_weights": False}),
    "mnasnet0_5": (64, {}),
    "mobilenet_v2": (64, {}),
    "mobilenet_v3_small": (64, {}),
    "shufflenet_v2_x0_5": (64, {}),
    "efficientnet_b0": (64, {}),
    "efficientnet_v2_s": (64, {}),
    "regnet_x_400mf": (64, {}),
    "regnet_y_400mf": (64, {}),
    "convnext_tiny": (64, {}),
    "swin_t": (64, {}),
    "swin_v2_t": (64, {}),
    "vit_b_32": (64, {"image_size": 64}),
    "maxvit_t": (224, {}),
    "fcn_resnet50": (64, {"weights_backbone": None, "aux_loss": False}),
    "deeplabv3_mobilenet_v3_large": (64, {"weights_backbone": None, "aux_loss": False}),
    "deeplabv3_resnet50": (64, {"weights_backbone": None, "aux_loss": False}),
    "lraspp_mobilenet_v3_large": (64, {"weights_backbone": None}),
}
"""A small model of each family, the side of its input, and what it is built with."""


def main() -> int:
    """Export, evaluate, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", action="append", choices=list(SIZES))
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore")
    heads = ("model", "input", "operators", "SNR, float32", "SNR, float16")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name in chosen.model or SIZES:
        lines.append("| " + " | ".join(row(name)) + " |")
        print(lines[-1], flush=True)
    if chosen.write:
        begin, end = "<!-- models -->\n", "<!-- end -->"
        before, _, rest = chosen.write.read_text(encoding="utf-8").partition(begin)
        _, _, after = rest.partition(end)
        write_text(chosen.write, before + begin + "\n".join(lines) + "\n" + end + after)
    return 0


def row(name: str) -> tuple[str, ...]:
    """Its name, its input, how many kinds of operators its program has, and SNR in both precisions;
    or why it is not converted or evaluated."""
    import torchvision

    side, options = SIZES[name]
    module = torchvision.models.get_model(name, weights=None, **options)
    fill(module, 0)
    draw = np.random.default_rng(0)
    # Where batch norms know nothing of the activations, those fade away from layer to layer.
    for norm in norms(module).values():
        norm.momentum = None
    module.train()(torch.from_numpy(draw.standard_normal((4, 3, side, side), np.float32)))
    module.eval()
    image = draw.standard_normal((1, 3, side, side), np.float32)
    with torch.inference_mode():
        result = module(torch.from_numpy(image))
    reference = (result["out"] if isinstance(result, dict) else result).numpy()
    found = [evaluated(module, image, reference, precision) for precision in ("fp32", "fp16")]
    operators = next((str(count) for count, _ in found if count), "–")
    return (f"`{name}`", f"{side}×{side}", operators, *(text for _, text in found))


def evaluated(
    module: nn.Module, image: NDArray[Any], reference: NDArray[Any], precision: str
) -> tuple[int, str]:
    """How many kinds of operators the package has, and how near its evaluation comes."""
    spec = ModelSpec(
        "bench", (TensorSpec("image", image.shape),), (TensorSpec("out", reference.shape),)
    )
    source = Source(module, None, spec, precision, "tensor", lambda: iter([{"image": image}]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.mlpackage"
        try:
            operators = coreml.export(source, path).operators
        except Exception as error:  # Anything that coremltools does not support.
            return 0, f"not converted: {first_line(error)}"
        content: Content = read_content(path)
    kinds = len(set(operators) - {"const"})
    assert not isinstance(content, bytes)
    try:
        program = make_ready(read_package(content, name=RUNTIME).main, RUNTIME)
        got = run(program, {"image": tensor(image)})["out"].numpy()
    except OnparError as error:
        return kinds, f"not evaluated: {error}"
    snr = distance(got, reference).snr_db
    return kinds, "equal" if snr is None else f"{snr:.1f} dB"


if __name__ == "__main__":
    sys.exit(main())
