"""MediaPipe's selfie segmentation, with its published weights: a person, or background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onpar.parity.contract.chains import PROBABILITIES, mask, photo
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.paths import CALIBRATION, DEMO, PHOTOGRAPHS
from onpar.pipeline.recipes.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn

HEIGHT, WIDTH = 256, 256
"""The only size of the published file. The module runs at other multiples of 16, but the weights
were trained for this one: on astronaut.png the mask's IoU with that at 256×256 is 0.97 at 400×400,
0.93 at 512×512, 0.66 at 144×256 and 0.47 at 128×128."""

MEAN, STD = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
"""Intensities 0–1 go in as they are. MediaPipe stretches a photo to the size, as `photo` does."""


FLOAT_LAYERS = (
    "stem",
    "quarter",
    "head",
    "to_eighth",
    "to_quarter",
    "to_half",
    "classifier",
)
"""Where the maps are large, and one step of int8 is seen. With all layers in int8 the mask of
chelsea.png changes by 69 % in ONNX, 59 % in ExecuTorch, 25 % in TorchScript; without these by 2 to
3 %. `eighth` and `sixteenth` hold four fifths of the weights."""


def recipe(options: RecipeOptions) -> Recipe:
    """One output `logits` f32 [1, 1, 256, 256], positive for a person.

    One of its photos shows a person: astronaut.png. The published model also takes the cat of
    chelsea.png and part of coffee.png for one; rocket.jpg is only background.
    """

    def build() -> nn.Module:
        from onpar.pipeline.recipes.modules.selfie_segmentation_module import SelfieSegmentation

        return SelfieSegmentation()

    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, HEIGHT, WIDTH)),),
            outputs=(TensorSpec("logits", (1, 1, HEIGHT, WIDTH)),),
            steps=(
                *photo("image", HEIGHT, WIDTH, MEAN, STD),
                Sigmoid(("logits",), (PROBABILITIES,)),
                mask(PROBABILITIES, 0.5, ("background", "person")),
            ),
        ),
        build=build,
        pretrained=DEMO / "selfie_segmentation.safetensors",
        photos=PHOTOGRAPHS,
        calibration=CALIBRATION,
        float_layers=FLOAT_LAYERS,
    )
