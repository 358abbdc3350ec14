"""Files of int8 and float16 that compute something else than their own programs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import wrong_int8 as w
from producer import App, app, onnx_run
from sabotage import Damage, Make

from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.golden import Golden, read_golden


def golden_of(one: App, case: str = "coffee") -> Golden:
    [path] = (one.build / "goldens").rglob(f"{case}.safetensors")
    return read_golden(path)


def _int8(given: App) -> App:
    """The build's int8 `.onnx`; what it computes is the reference's own output, one level of noise
    of int8 added, so that only what is broken about it is wrong."""
    one = app(given.build, "onnx-int8-tensor", dict)
    right = golden_of(one).capture.tensors["out"]
    noise = np.random.default_rng(0).normal(0, 0.1 * right.std(), right.shape)
    scores = (right + noise).astype(np.float32)
    return one.running(lambda _: {"out": scores})


def int8(damage: Damage) -> Make:
    """Its scores damaged on the way."""

    def make(given: App) -> Capture:
        one = _int8(given)
        return one.running(
            lambda inputs: {n: damage(v) for n, v in one.loaded.run(inputs).items()}
        ).capture()

    return make


def int8_model(change: w.Change) -> Make:
    """Another int8 model than the exported one."""

    def make(given: App) -> Capture:
        one = app(given.build, "onnx-int8-tensor", dict)
        model = onnx.load(one.path)
        change(model)
        return one.running(onnx_run(model.SerializeToString())).capture()

    return make


def drawn(damage: Callable[[Tensor], Tensor]) -> Make:
    """A float16 file of io `image` whose class map is the golden's, damaged."""

    def make(given: App) -> Capture:
        one = app(given.build, "coreml-fp16-image", dict)
        right = golden_of(one).capture.tensors["classmap"]
        shown = damage(right).astype(np.int32)  # as Core ML gives it
        return one.running(lambda _: {"classmap": shown}).capture()

    return make


def noisy(scores: Tensor) -> Tensor:
    """Noise as strong as the signal."""
    noise = np.random.default_rng(1).normal(0, np.sqrt(np.mean(np.square(scores))), scores.shape)
    return (scores + noise).astype(np.float32)


def reversed_classes(scores: Tensor) -> Tensor:
    return np.ascontiguousarray(scores[:, ::-1])


def permuted(classes: Tensor) -> Tensor:
    """Every class drawn as another one."""
    return ((classes.astype(np.int64) + 7) % 21).astype(np.uint8)


def one_class(classes: Tensor) -> Tensor:
    """The commonest class throughout."""
    return np.full_like(classes, np.bincount(classes.ravel()).argmax())
