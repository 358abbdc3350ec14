"""Files with io `image` that draw another class map, and apps that hand them other pixels:
functions that are or make a `Make`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from preps import Prep, prep_of
from producer import App, onnx_app
from sabotage import Damage, Make

from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.classmap import argmax
from onpar.pipeline.targets.target import Tensors


def handed(damage: Damage) -> Make:
    """The file gets other pixels than those that the app resized."""

    def make(app: App) -> Capture:
        return app.running(
            lambda given: app.loaded.run({name: damage(value) for name, value in given.items()})
        ).capture()

    return make


def graph(
    normalise: Callable[[Tensor, Prep], Tensor], draw: Callable[[Tensor], Tensor] = argmax
) -> Make:
    """A file exported with another arithmetic in front of the right model, or behind it."""

    def make(app: App) -> Capture:
        scores, prep = onnx_app(app.build).loaded.run, prep_of(app.artifact.model)

        def run(given: Mapping[str, Tensor]) -> Tensors:
            values = np.ascontiguousarray(normalise(given[prep.input], prep), np.float32)
            return {"classmap": draw(scores({prep.input: values})["out"])}

        return app.running(run).capture()

    return make


def not_resized(app: App) -> Capture:
    """The camera's own pixels handed to a runtime that reads as many of them as it needs."""
    prep = prep_of(app.artifact.model)

    def run(given: Mapping[str, Tensor]) -> Tensors:
        pixels = np.ascontiguousarray(given[prep.input]).reshape(-1, prep.width, 3)
        return app.loaded.run({prep.input: pixels[: prep.height]})

    return replace(app.running(run), fit=lambda image, prep: image).capture()


def first_run(damage: Damage) -> Callable[[App], Capture]:
    """The first of the measured runs draws another map than the rest."""

    def make(app: App) -> Capture:
        left = [damage]

        def run(given: Mapping[str, Tensor]) -> Tensors:
            change = left.pop() if left else np.copy
            return {name: change(value) for name, value in app.loaded.run(given).items()}

        return app.running(run).capture()

    return make


def top_left(image: Tensor, prep: Prep) -> Tensor:
    """Cut to size instead of resized."""
    return image[: prep.height, : prep.width]


def coarse_tie_to_the_last(scores: Tensor) -> Tensor:
    """Scores in steps of 1/16, as a quantized head has them, and of equals the highest class."""
    last = scores.shape[1] - 1
    drawn: Tensor = (last - np.round(scores[0, ::-1] * 16).argmax(0)).astype(np.uint8)
    return drawn


def five_pixels(classes: Tensor) -> Tensor:
    """Five pixels of another class, far apart."""
    changed = classes.copy()
    changed.flat[:: classes.size // 5] = (classes.flat[:: classes.size // 5] + 7) % 21
    return changed


def one_up(classes: Tensor) -> Tensor:
    return classes + np.uint8(1)


def turned(classes: Tensor) -> Tensor:
    return np.ascontiguousarray(classes.T)


def turned_pixels(image: Tensor) -> Tensor:
    return np.ascontiguousarray(image.swapaxes(0, 1))


def unknown_class(classes: Tensor) -> Tensor:
    return np.full_like(classes, 255)


def wide_integers(classes: Tensor) -> Tensor:
    """As PyTorch's own arg-max gives them."""
    return classes.astype(np.int64)


def below_zero(classes: Tensor) -> Tensor:
    return classes.astype(np.int32) - 1


def core_mls_integers(classes: Tensor) -> Tensor:
    return classes.astype(np.int32)
