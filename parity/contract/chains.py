"""Chains of the models that people ship, and parts of chains: what a recipe names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.contract.tensor_spec import TensorSpec

PHOTO = "photo"
"""The source of a chain with one photo."""

DECODED, RESIZED = "decoded", "resized"
"""What the steps make of it."""

CLASSMAP = "classmap"
"""The class map of a segmentation."""

PROBABILITIES = "probabilities"
"""The probabilities of a classification, or of a mask."""

MASK = "mask"
"""What is above a threshold."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""torchvision.transforms._presets.SemanticSegmentation's defaults."""

TOP = 5
"""How many labels a classification shows, unless the recipe says."""

Numbers = tuple[float, ...]


def photo(
    input: str,
    height: int,
    width: int,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    fit: str = "stretch",
    pad: tuple[int, int, int] = (0, 0, 0),
    shorter: int = 0,
    channels: str = "rgb",
    layout: str = "NCHW",
    dtype: str = "float32",
    filter: str = "bilinear",
    antialias: bool = True,
    source: str = PHOTO,
) -> tuple[AnyStep, ...]:
    """The steps that make a model's input f32 [1, 3, height, width] of a photo.

    `fit` says how a photo of another shape fits: `stretch` (both sides scaled independently),
    `letterbox` (scaled to fit inside, centred on `pad`), `crop` (scaled to cover, centre kept), or
    `shorter` (the shorter side scaled to `shorter` pixels, then the centre cut out).
    `mean` and `std`, by default ImageNet's, are in units of 0–1 intensities, in the order of the
    `channels`: `rgb`, `bgr`, or `gray`, which has one of each. A model that takes 0–255 has mean 0
    and std 1 / 255. `layout` is `NCHW` or `NHWC`. With the dtype `uint8` the input is the levels as
    they are, without mean and std. `filter` is `bilinear` or `bicubic`: with `antialias` Pillow's,
    which torchvision's transforms use for photos, without it OpenCV's. `source` is the name by
    which a case gives the photo. A model of several photos has one for each: of the source `left`
    the steps make `left.decoded` and `left.resized`.
    """
    usual = ((), ()) if dtype == "uint8" else (IMAGENET_MEAN, IMAGENET_STD)
    mean, std = usual[0] if mean is None else mean, usual[1] if std is None else std
    own = "" if source == PHOTO else f"{source}."
    decoded, resized = own + DECODED, own + RESIZED
    return (
        DecodeImage((source,), (decoded,)),
        ResizeImage((decoded,), (resized,), height, width, fit, pad, shorter, filter, antialias),
        Normalize((resized,), (input,), mean, std, channels, layout, dtype),
    )


def class_map(
    output: str, classes: tuple[str, ...], palette: tuple[tuple[int, int, int], ...]
) -> Argmax:
    """The step that takes the class map u8 [h, w] of scores f32 [1, C, h, w], with the names of the
    classes and their colours."""
    return Argmax((output,), (CLASSMAP,), _names(classes), tuple(palette))


def classification(
    options: RecipeOptions,
    labels: tuple[str, ...],
    *,
    input: str = "image",
    output: str = "logits",
    mean: Numbers = IMAGENET_MEAN,
    std: Numbers = IMAGENET_STD,
    shorter: int = 0,
    top: int | None = None,
    filter: str = "bilinear",
    antialias: bool = True,
) -> ModelSpec:
    """A model that takes one photo of the options' size, and gives logits f32 [1, C], one for each
    label. The photo's shorter side is scaled to `shorter` pixels, by default 8/7 of the larger side
    of the options' size, as torchvision's classifiers are trained; then the centre is cut out.
    `filter` and `antialias` are those of `photo`. The app shows the `top` labels with their
    probabilities, by default 5, or all where there are fewer."""
    h, w = options.height, options.width
    side = shorter or 8 * max(h, w) // 7
    shown = min(TOP, len(labels)) if top is None else top
    return ModelSpec(
        recipe=options.name,
        inputs=(TensorSpec(input, (1, 3, h, w)),),
        outputs=(TensorSpec(output, (1, len(labels))),),
        steps=(
            *photo(
                input, h, w, mean, std, "shorter", shorter=side, filter=filter, antialias=antialias
            ),
            Softmax((output,), (PROBABILITIES,), 1),
            TopK((PROBABILITIES,), ("classes", "values"), shown, _names(labels)),
        ),
    )


def mask(
    scores: str, above: float, classes: tuple[str, str], colour: tuple[int, int, int] = (0, 128, 0)
) -> Threshold:
    """The step that makes the mask u8 [h, w] of scores f32 [1, 1, h, w]: the second of the classes
    where the score is `above`; the first is black."""
    return Threshold((scores,), (MASK,), above, _names(classes), ((0, 0, 0), colour))


def _names(given: Sequence[str]) -> tuple[str, ...]:
    """A tuple; of a string the string, which the recipe's check refuses, and not its letters."""
    return cast(tuple[str, ...], given) if isinstance(given, str) else tuple(given)


def voc_palette(count: int) -> tuple[tuple[int, int, int], ...]:
    """PASCAL VOC's colours of the first `count` classes: bit k of a class goes to bit 7 − k//3 of
    channel k % 3 (the VOC development kit's VOClabelcolormap)."""
    return tuple(
        (_colour(index, 0), _colour(index, 1), _colour(index, 2)) for index in range(count)
    )


def _colour(index: int, channel: int) -> int:
    return sum(((index >> (3 * k + channel)) & 1) << (7 - k) for k in range(3))


def segmentation(
    options: RecipeOptions,
    classes: tuple[str, ...],
    *,
    input: str = "image",
    output: str = "out",
    mean: Numbers = IMAGENET_MEAN,
    std: Numbers = IMAGENET_STD,
    fit: str = "stretch",
    pad: tuple[int, int, int] = (0, 0, 0),
    palette: tuple[tuple[int, int, int], ...] = (),
    more: tuple[TensorSpec, ...] = (),
) -> ModelSpec:
    """A model that takes one photo of the options' size, and gives scores f32 [1, C, h, w] of that
    size, one channel a class; `more` are outputs besides. Without a palette the classes have VOC's
    colours."""
    h, w = options.height, options.width
    return ModelSpec(
        recipe=options.name,
        inputs=(TensorSpec(input, (1, 3, h, w)),),
        outputs=(TensorSpec(output, (1, len(classes), h, w)), *more),
        steps=(
            *photo(input, h, w, mean, std, fit, pad),
            class_map(output, classes, palette or voc_palette(len(classes))),
        ),
    )
