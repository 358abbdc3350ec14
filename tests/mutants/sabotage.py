"""How a mistake gets into an app, its model or its capture: functions that are or make a `Make`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Any

import numpy as np
import onnx
import wrong_images as i
import wrong_models as w
import wrong_tensors as t
from PIL import Image
from preps import Prep
from producer import App, onnx_run
from safetensors.numpy import load_file

from onpar.parity.contract.capture import Capture, Tensor, digest
from onpar.parity.contract.chain import chain_of
from onpar.parity.contract.golden import read_golden
from onpar.parity.image import fit as right
from onpar.parity.image.decode import decode
from onpar.pipeline.targets.target import Tensors

Make = Callable[[App], Capture | bytes]
"""Breaks one thing of an app whose build folder is the mutant's own, and gives what it captured."""

Damage = Callable[[Tensor], Tensor]


def step(case: str = "coffee", **steps: Any) -> Callable[[App], Capture]:
    """An app with wrong steps; all that follow run on what they give."""
    return lambda app: replace(app, **steps).capture(case)


def decoded(damage: Damage) -> Make:
    return step(decode=lambda data, name: damage(decode(data, name)))


def phone(damage: Damage) -> Make:
    """The photo as a phone takes it (golden/phone_photos), decoded wrongly."""
    return step("astronaut", decode=lambda data, name: damage(decode(data, name)))


def without_exif(app: App) -> Capture:
    """The pixels as they are stored, on their side."""
    return step("astronaut", decode=lambda data, _: np.asarray(Image.open(BytesIO(data))))(app)


def blocky_chroma(app: App) -> Capture:
    """4:2:0 with each chroma sample repeated, where libjpeg-turbo smooths ("fancy upsampling")."""
    return step("astronaut", decode=lambda data, name: i.chroma_repeated(decode(data, name)))(app)


def resized(damage: Damage) -> Make:
    return step(fit=lambda image, prep: damage(right.fit(image, prep)))


def swapped_sides(app: App) -> Capture:
    """[width, height, 3] handed over as if it were [height, width, 3]."""

    def normalise(image: Tensor, prep: Prep) -> Tensor:
        return right.normalise(image.reshape(prep.height, prep.width, 3), prep)

    return replace(app, fit=i.sides_swapped, normalise=normalise).capture()


def returned(damage: Damage) -> Make:
    """The runtime itself gives damaged outputs: their digests are honest."""

    def make(app: App) -> Capture:
        return app.running(
            lambda inputs: {k: damage(v) for k, v in app.loaded.run(inputs).items()}
        ).capture()

    return make


def model(change: Callable[[onnx.ModelProto], None]) -> Make:
    """Another model than the exported one runs, while the app claims the exported one's digest."""
    return lambda app: app.running(onnx_run(_changed(app, change))).capture()


def _changed(app: App, change: Callable[[onnx.ModelProto], None]) -> bytes:
    proto = onnx.load(app.path)
    change(proto)
    content: bytes = proto.SerializeToString()
    return content


def other_epsilon(app: App) -> Capture | bytes:
    [weights] = (app.build / "artifacts").glob("*-fp32-tensor.safetensors")
    return model(w.other_epsilon(load_file(weights)))(app)


def older_model(app: App) -> Capture:
    """The file of an earlier export, under its own honest digest."""
    content = _changed(app, w.half_precision)
    return replace(app.running(onnx_run(content)), sha256=sha256(content).hexdigest()).capture()


def photo_before(app: App) -> Capture:
    """The runtime's input buffer still holds another photo."""
    _, _, stale = app.inputs("chelsea")
    return app.running(lambda _: app.loaded.run(stale)).capture()


def runs(*factors: float) -> Callable[[App], Capture]:
    """The first measured runs give other values than the rest: theirs, times a factor each."""

    def make(app: App) -> Capture:
        left = iter(factors)

        def run(inputs: Mapping[str, Tensor]) -> Tensors:
            factor = np.float32(next(left, 1.0))
            return {name: value * factor for name, value in app.loaded.run(inputs).items()}

        return app.running(run).capture()

    return make


def rerun_aliased(app: App) -> Capture:
    """Both the last and the furthest outputs point at the runtime's one buffer."""
    capture = runs(1.01)(app)
    same = {"rerun.1/out": capture.tensors["out"]}
    return replace(capture, tensors={**capture.tensors, **same})


def three(app: App) -> Capture:
    """Three runs gave three outputs, within the tolerance."""
    return runs(1.0000001, 1.0000002)(app)


def rerun_twice(app: App) -> Capture:
    """One of them is shown in both reruns."""
    capture = three(app)
    same = {"rerun.2/out": capture.tensors["rerun.1/out"]}
    return replace(capture, tensors={**capture.tensors, **same})


def once(app: App) -> Capture:
    """A single run, which no other case makes up for."""
    return replace(app, runs=1).capture()


def saturated(app: App) -> Capture:
    """An input far beyond the model's range, on hardware that clips what overflows."""
    wrong = replace(app, normalise=t.tiny_std)
    return wrong.running(
        lambda inputs: {k: np.nan_to_num(v) for k, v in app.loaded.run(inputs).items()}
    ).capture()


def tie_to_the_last(app: App) -> Capture:
    """The two closest scores made equal, as the tolerance allows, and the tie goes wrong."""

    def run(inputs: Mapping[str, Tensor]) -> Tensors:
        scores = app.loaded.run(inputs)["out"].copy()
        order = np.sort(scores[0], axis=0)
        margins = order[-1] - order[-2]
        y, x = np.unravel_index(margins.argmin(), margins.shape)
        pixel = scores[0, :, y, x]
        pixel[np.argsort(pixel)[-2:]] = pixel.max()
        return {"out": scores}

    return replace(app.running(run), classmap=t.arg_max_last_of_equals).capture()


def excused_by_another(app: App) -> Capture:
    """The scores of the class whose noise floor is lowest are off by more than it allows, and by
    less than another class is allowed."""
    [path] = (app.build / "goldens").rglob("coffee.safetensors")
    floors = np.array([floor.max_abs for floor in read_golden(path).floors["out"].each])
    by = 8 * np.sqrt(floors.min() * floors.max())

    def run(inputs: Mapping[str, Tensor]) -> Tensors:
        scores = app.loaded.run(inputs)["out"].copy()
        scores[0, floors.argmin()] += np.float32(by)
        return {"out": scores}

    return app.running(run).capture()


def tensors(
    changes: Mapping[str, Damage | None], make: Callable[[App], Capture] = App.capture
) -> Callable[[App], Capture]:
    """Tensors changed, added or dropped (None) after the runs, whose digests stay."""

    def changed(app: App) -> Capture:
        capture = make(app)
        given = {name: value for name, value in capture.tensors.items() if name not in changes}
        for name, damage in changes.items():
            if damage:
                given[name] = damage(capture.tensors.get(name, np.zeros(1, np.float32)))
        return replace(capture, tensors=given)

    return changed


def without(name: str, make: Callable[[App], Capture] = App.capture) -> Make:
    return tensors({name: None}, make)


def digested(changes: Mapping[str, Damage | None]) -> Make:
    """Outputs changed, and the digests are of the changed ones: so the runtime gave them."""

    def honest(app: App) -> Capture:
        capture = tensors(changes)(app)
        held = set(chain_of(app.artifact).given) | set(changes)
        sha = digest({name: one for name, one in capture.tensors.items() if name in held})
        return replace(capture, info=replace(capture.info, output_sha256=(sha,) * app.runs))

    return honest


def next_photo(app: App) -> Capture:
    """The outputs were kept as a pointer, and the runtime has run the next photo since."""
    later = app.capture("chelsea").tensors["out"]
    return tensors({"out": lambda _: later})(app)


def claims(**info: Any) -> Callable[[App], Capture]:
    """The capture says something else of itself."""

    def claiming(app: App) -> Capture:
        capture = app.capture()
        return replace(capture, info=replace(capture.info, **info))

    return claiming


def digests(change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Make:
    def make(app: App) -> Capture:
        capture = app.capture()
        changed = change(capture.info.output_sha256)
        return replace(capture, info=replace(capture.info, output_sha256=changed))

    return make


def mislabelled(app: App) -> Capture:
    """Another case's photo under this case's name; its digest is its own."""
    capture = app.capture("chelsea")
    return replace(capture, info=replace(capture.info, case="coffee"))


def not_exported(app: App) -> Capture:
    """A model file that nobody here has exported, of a name that nobody knows."""
    return claims(artifact="app.onnx", artifact_sha256="0" * 64)(app)
