"""How a mistake gets into the way of a small model (`walks`): functions that make a `Break`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image
from preps import Prep
from samples import outputs_of
from walks import MEAN, STD, Tensors, Walk

from onpar.parity.contract.capture import Capture, Tensor, digest
from onpar.parity.image import fit as right
from onpar.parity.image.resize import resize

Break = Callable[[Walk], Capture]
"""Breaks one thing of a sound walk, and gives what it captured."""

Fit = Callable[[Tensor, Prep], Tensor]

M, S = np.array(MEAN), np.array(STD)


def step(**steps: Any) -> Break:
    """A host with a wrong step; all that follow run on what it gives."""
    return lambda walk: replace(walk, **steps).capture()


def decoded(change: Callable[[Tensor], Tensor]) -> Break:
    return step(decode=change)


def put(**tensors: Tensor | Callable[[Tensor], Tensor] | None) -> Break:
    """Tensors replaced, changed or dropped (None) once the host had them."""

    def broken(walk: Walk) -> Capture:
        held = walk.tensors()
        for name, change in tensors.items():
            if change is None:
                held.pop(name)
            else:
                held[name] = change(held[name]) if callable(change) else change
        return walk.capture(held)

    return broken


def returned(name: str, change: Callable[[Tensor], Tensor]) -> Break:
    """The runtime itself gives this output changed: what follows is made of it."""

    def broken(walk: Walk) -> Capture:
        def network(inputs: Tensors) -> dict[str, Tensor]:
            outputs = walk.network(inputs)
            return outputs | {name: np.ascontiguousarray(change(outputs[name]))}

        return replace(walk, network=network).capture()

    return broken


def ran_on(change: Callable[[Tensors], Tensors]) -> Break:
    """The runtime ran on other inputs than the host says."""

    def broken(walk: Walk) -> Capture:
        return replace(walk, network=lambda inputs: walk.network(change(inputs))).capture()

    return broken


def inputs(change: Callable[[Tensors], dict[str, Tensor]]) -> Break:
    """The host made other inputs of the case, and ran on them."""

    def broken(walk: Walk) -> Capture:
        return walk.capture(replace(walk, given=change(dict(walk.given or {}))).tensors())

    return broken


def added(name: str, tensor: Tensor) -> Break:
    """A tensor that the model does not have."""
    return lambda walk: walk.capture({**walk.tensors(), name: tensor})


def both_swapped(one: str, other: str) -> Break:
    """Two outputs under each other's names."""

    def broken(walk: Walk) -> Capture:
        def network(given: Tensors) -> dict[str, Tensor]:
            outputs = walk.network(given)
            return {**outputs, one: outputs[other], other: outputs[one]}

        return replace(walk, network=network).capture()

    return broken


def swapped(one: str, other: str) -> Callable[[Tensors], dict[str, Tensor]]:
    """Two inputs bound in the wrong order."""
    return lambda inputs: {**inputs, one: inputs[other], other: inputs[one]}


def first_run(name: str, change: Callable[[Tensor], Tensor]) -> Break:
    """The first of two runs gave another output, which the capture shows as the rerun."""

    def broken(walk: Walk) -> Capture:
        capture = walk.capture()
        outputs = outputs_of(capture, walk.model)
        first = outputs | {name: change(outputs[name])}
        reruns = {f"rerun.1/{key}": value for key, value in first.items()}
        digests = (digest(first), *capture.info.output_sha256[1:])
        info_ = replace(capture.info, output_sha256=digests)
        return Capture(info_, {**capture.tensors, **reruns})

    return broken


def claims(**changed: Any) -> Break:
    def broken(walk: Walk) -> Capture:
        capture = walk.capture()
        return replace(capture, info=replace(capture.info, **changed))

    return broken


def fitted(how: str, **changed: Any) -> Break:
    """Another fit than the recipe's, or another padding."""
    return step(fit=lambda image, prep: right.fit(image, replace(prep, fit=how, **changed)))


def filtered(filter_name: str) -> Fit:
    """The recipe's own fit, by another of Pillow's filters."""

    def fit(image: Tensor, prep: Prep) -> Tensor:
        return placed(image, prep, lambda photo, size: by_pillow(photo, size, filter_name))

    return fit


def by_pillow(photo: Tensor, size: tuple[int, int], name: str = "BILINEAR") -> Tensor:
    whole = Image.fromarray(np.ascontiguousarray(photo))
    return np.asarray(whole.resize((size[1], size[0]), Image.Resampling[name]))


def placed(
    image: Tensor,
    prep: Prep,
    scale: Callable[[Tensor, tuple[int, int]], Tensor],
    at: float = 0.5,
) -> Tensor:
    """Scaled and put on the padding, or cut; `at` is the share of the free side before it."""
    if prep.fit == "stretch":
        return scale(image, (prep.height, prep.width))
    small = scale(image, right.scaled_size(image.shape[0], image.shape[1], prep))
    out = np.empty((prep.height, prep.width, 3), np.uint8)
    out[:] = prep.pad
    top, left = (int(at * abs(a - b)) for a, b in zip(small.shape, out.shape, strict=True) if a > 3)
    if prep.fit == "crop":
        return small[top : top + prep.height, left : left + prep.width]
    out[top : top + small.shape[0], left : left + small.shape[1]] = small
    return out


def at(share: float) -> Break:
    """Not centred."""
    return step(fit=lambda image, prep: placed(image, prep, lambda p, s: resize(p, *s), share))


def two_taps(offset: float, whole: bool = False) -> Fit:
    """Bilinear without antialias; `whole` aligns the corner pixels' centres."""

    def scale(photo: Tensor, size: tuple[int, int]) -> Tensor:
        values = photo.astype(np.float64)
        for axis in (0, 1):
            length, count = photo.shape[axis], size[axis]
            points = np.arange(count) * (length - 1) / (count - 1)
            if not whole:
                points = np.clip((np.arange(count) + offset) * length / count - offset, 0, None)
            low = np.floor(points).astype(int).clip(0, length - 1)
            share = (points - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
            high = (low + 1).clip(0, length - 1)
            values = values.take(low, axis) * (1 - share) + values.take(high, axis) * share
        return np.rint(values).astype(np.uint8)

    return lambda image, prep: placed(image, prep, scale)


def only_scaled(image: Tensor, prep: Prep) -> Tensor:
    """A letterbox without its padding."""
    return resize(image, *right.scaled_size(image.shape[0], image.shape[1], prep))


def nearest_stretch(image: Tensor, prep: Prep) -> Tensor:
    return by_pillow(image, (prep.height, prep.width), "NEAREST")


def eight_sevenths(image: Tensor, prep: Prep) -> Tensor:
    """Resize(256) and CenterCrop(224), for a recipe that crops all of the short side."""
    high, wide = round(prep.height * 8 / 7), round(prep.width * 8 / 7)
    larger = right.fit(image, replace(prep, height=high, width=wide))
    top, left = (high - prep.height) // 2, (wide - prep.width) // 2
    return larger[top : top + prep.height, left : left + prep.width]


def cut(image: Tensor, prep: Prep) -> Tensor:
    return image[: prep.height, : prep.width]


def width_by_height(image: Tensor, prep: Prep) -> Tensor:
    return resize(image, prep.width, prep.height)


def read_as_rows(image: Tensor, prep: Prep) -> Tensor:
    """[w, h, 3] read on as [h, w, 3]."""
    return right.normalise(image.reshape(prep.height, prep.width, 3), prep)


def of_any_size(image: Tensor, prep: Prep) -> Tensor:
    """Of whatever came, the input of the right shape: padded with zeros, or cut."""
    whole = np.zeros((prep.height, prep.width, 3), np.uint8)
    whole[: image.shape[0], : image.shape[1]] = image[: prep.height, : prep.width]
    return right.normalise(whole, prep)


def normalised(arithmetic: Callable[[Tensor], Tensor]) -> Break:
    """Other arithmetic on levels [h, w, 3] in float64."""

    def normalise(image: Tensor, _: Prep) -> Tensor:
        values = arithmetic(image.astype(np.float64)).astype(np.float32)
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None])

    return step(normalise=normalise)


def interleaved(image: Tensor, prep: Prep) -> Tensor:
    """Pixel by pixel, in a buffer whose shape says planes."""
    planes = right.normalise(image, prep)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)).reshape(planes.shape)


def made(change: Callable[[Tensor], Tensor]) -> Break:
    """The input was normalised, and then changed."""
    return step(
        normalise=lambda image, prep: np.ascontiguousarray(change(right.normalise(image, prep)))
    )


def through(dtype: str) -> Callable[[Tensor], Tensor]:
    return lambda values: values.astype(dtype).astype(np.float32)


def bfloat16(values: Tensor) -> Tensor:
    """The upper half of each float's bits, rounded."""
    bits = values.view(np.uint32).astype(np.uint64)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return rounded.astype(np.uint32).view(np.float32)


def log_softmax(scores: Tensor) -> Tensor:
    above = scores - scores.max(1, keepdims=True)
    found: Tensor = (above - np.log(np.exp(above).sum(1, keepdims=True))).astype(np.float32)
    return found


def softmax(scores: Tensor) -> Tensor:
    return np.exp(log_softmax(scores))


def corners(boxes: Tensor) -> Tensor:
    """Centre and size as two corners."""
    half = boxes[..., 2:] / 2
    return np.concatenate([boxes[..., :2] - half, boxes[..., :2] + half], -1)


def above_zero(scores: Tensor) -> Tensor:
    """`float best = Float.MIN_VALUE`: the smallest above zero, not the lowest."""
    best = np.full(scores.shape[2:], np.float32(1e-45))
    classes = np.zeros(best.shape, np.uint8)
    for index, plane in enumerate(scores[0]):
        classes[plane > best] = index
        best = np.maximum(best, plane)
    return classes


def first(count: int) -> Callable[[Tensor], Tensor]:
    """The number of classes of another model."""
    return lambda scores: scores[0, :count].argmax(0).astype(np.uint8)


def without_the_first(scores: Tensor) -> Tensor:
    drawn: Tensor = (1 + scores[0, 1:].argmax(0)).astype(np.uint8)
    return drawn


def of_pixels(scores: Tensor) -> Tensor:
    """[C, h, w] read as [h, w, C]."""
    count, height, width = scores.shape[1:]
    drawn: Tensor = scores.reshape(height, width, count).argmax(2).astype(np.uint8)
    return drawn


def ycc(luma: tuple[float, float, float], photo: Tensor) -> Tensor:
    """Y, Cb, Cr around zero, full range."""
    y = photo.astype(np.float64) @ np.array(luma)
    cb, cr = (photo[..., 2] - y) / (2 - 2 * luma[2]), (photo[..., 0] - y) / (2 - 2 * luma[0])
    return np.stack([y, cb, cr], -1)


def rgb(luma: tuple[float, float, float], values: Tensor) -> Tensor:
    y, cb, cr = values[..., 0], values[..., 1], values[..., 2]
    red, blue = y + (2 - 2 * luma[0]) * cr, y + (2 - 2 * luma[2]) * cb
    green = (y - luma[0] * red - luma[2] * blue) / luma[1]
    return np.rint(np.stack([red, green, blue], -1)).clip(0, 255).astype(np.uint8)


BT_601, BT_709 = (0.299, 0.587, 0.114), (0.2126, 0.7152, 0.0722)


def nv21(photo: Tensor) -> Tensor:
    return rgb(BT_601, ycc(BT_601, photo)[..., [0, 2, 1]])


def bt_709(photo: Tensor) -> Tensor:
    return rgb(BT_709, ycc(BT_601, photo))


def expanded(photo: Tensor) -> Tensor:
    """Full range decoded as video's 16–235 and 16–240."""
    values = ycc(BT_601, photo) - np.array((16, 0, 0))
    return rgb(BT_601, values * np.array((255 / 219, 255 / 224, 255 / 224)))


def squeezed(photo: Tensor) -> Tensor:
    values = ycc(BT_601, photo) * np.array((219 / 255, 224 / 255, 224 / 255))
    return rgb(BT_601, values + np.array((16, 0, 0)))


def grey(photo: Tensor) -> Tensor:
    luma = np.rint(photo @ np.array(BT_601)).astype(np.uint8)
    return np.repeat(luma[..., None], 3, 2)


def linear(photo: Tensor) -> Tensor:
    unit = photo / 255
    levels: Tensor = 255 * np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    return np.rint(levels).astype(np.uint8)


def premultiplied(photo: Tensor) -> Tensor:
    """Transparent to the left."""
    alpha = np.linspace(0, 1, photo.shape[1])[None, :, None]
    return np.rint(photo * alpha).astype(np.uint8)


def alpha_first(photo: Tensor) -> Tensor:
    return np.concatenate([np.full_like(photo[..., :1], 255), photo[..., :2]], -1)


def with_alpha(photo: Tensor) -> Tensor:
    return np.concatenate([photo, np.full_like(photo[..., :1], 255)], -1)


def above_1024(photo: Tensor) -> Tensor:
    """Every second pixel of a photo whose longer side is above 1024."""
    return photo[::2, ::2] if max(photo.shape) > 1024 else photo
