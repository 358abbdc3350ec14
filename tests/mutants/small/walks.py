"""Small models of every kind, and the way from a case to what a host captures, each step
replaceable: photos that are letterboxed, cropped, enlarged or above 1024 pixels, portraits, models
without a photo, and several outputs. Judged in this process, in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from preps import Prep, prep_of
from samples import artifact, info, outputs_of, photo_case, sha

from onpar.parity.contract.capture import Capture, Tensor, digest
from onpar.parity.contract.chain import after_run, before_run, chain_of
from onpar.parity.contract.chains import class_map, classification, mask
from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.golden import Gates, Golden, golden_metadata, sealed
from onpar.parity.contract.spec import Artifact, Case, ModelSpec, RecipeOptions, Source
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import EPS, Floor, Floors
from onpar.parity.image import fit as right
from onpar.parity.judge.judge import judge
from onpar.parity.judge.verdict import Verdict

Tensors = Mapping[str, Tensor]
Network = Callable[[Tensors], dict[str, Tensor]]
Own = Callable[[Tensor], tuple[Tensor, ...]]

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
DRAW = np.random.default_rng(5)
WEIGHTS = DRAW.normal(0, 1, (64, 64)).astype(np.float32)
LABEL_WEIGHTS = np.random.default_rng(6).normal(0, 1, (48, 300)).astype(np.float32)


@dataclass(frozen=True)
class Walk:
    """A model with one case: its decoded `photo` u8 [H, W, 3], or its `given` inputs by name.
    `own` has steps, by kind, that the host performs in its own way."""

    model: ModelSpec
    network: Network
    photo: Tensor | None = None
    given: Tensors | None = None
    decode: Callable[[Tensor], Tensor] = lambda photo: photo
    fit: Callable[[Tensor, Prep], Tensor] = right.fit
    normalise: Callable[[Tensor, Prep], Tensor] = right.normalise
    classmap: Callable[[Tensor], Tensor] = argmax
    own: Mapping[str, Own] = field(default_factory=dict)

    def tensors(self) -> dict[str, Tensor]:
        """What each step gives, on what the step before it gave."""
        held: dict[str, Tensor] = {}
        inputs = dict(self.given or {})
        if self.photo is not None:
            prep = prep_of(self.model)
            held["decoded"] = np.ascontiguousarray(self.decode(self.photo))
            held["resized"] = np.ascontiguousarray(self.fit(held["decoded"], prep))
            inputs[prep.input] = np.ascontiguousarray(self.normalise(held["resized"], prep))
        held |= inputs
        for step in before_run(self.model):
            if not held.keys() >= {*step.makes}:
                held |= self._step(step, held)
        held |= self.network({spec.name: held[spec.name] for spec in self.model.inputs})
        for step in after_run(self.model):
            held |= self._step(step, held)
        return held | self._probed()

    def _step(self, step: Step, held: Tensors) -> dict[str, Tensor]:
        """What the host makes by a step, by name."""
        return dict(zip(step.makes, self._made(step, held[step.takes[0]]), strict=True))

    def _made(self, step: Step, given: Tensor) -> tuple[Tensor, ...]:
        """Its tensors, in order."""
        if isinstance(step, Argmax):
            return (self.classmap(given),)
        own = self.own.get(step.kind)
        return own(given) if own else step.compute([given])

    def _probed(self) -> dict[str, Tensor]:
        """What it makes of made-up tensors; of scores for a class map what is right, so that only
        the photo's map is wrong."""
        return {
            name: probe.expected
            if isinstance(step, Argmax)
            else self._made(step, probe.given[0])[0]
            for name, (step, probe) in chain_of(self.artifact).probes.items()
        }

    @property
    def artifact(self) -> Artifact:
        """Its sidecar in float32."""
        arrays = (Source(n, "", digest({n: one})) for n, one in (self.given or {}).items())
        photo_ = photo_case("dog", "dog.png", sha("photo"))
        case = photo_ if self.photo is not None else Case("dog", tuple(arrays))
        return artifact(
            model=self.model,
            recipe_sha256=self.model.sha256,
            inputs=self.model.inputs,
            outputs=self.model.outputs,
            cases=(case,),
        )

    def capture(self, tensors: Tensors | None = None, runs: int = 2) -> Capture:
        """A capture of these tensors, or of what is right, whose runs were equal."""
        held = self.tensors() if tensors is None else dict(tensors)
        [case] = self.artifact.cases
        one = Capture(info(recipe_sha256=self.model.sha256, sources=case.digests), held)
        names = {spec.name for spec in self.model.outputs}
        last = digest({name: tensor for name, tensor in held.items() if name in names})
        times = tuple(1.0 for _ in range(runs))
        return replace(one, info=replace(one.info, output_sha256=(last,) * runs, infer_ms=times))

    def golden(self) -> Golden:
        """What the reference computes; its floor is four roundings of float32."""
        capture = self.capture()
        outputs = outputs_of(capture, self.model)
        peaks = {name: float(np.abs(value).max()) for name, value in outputs.items()}
        floors = {n: Floors(None, (Floor(4 * EPS * p, EPS * p),)) for n, p in peaks.items()}
        bgr = {n: p if self.photo is not None else None for n, p in peaks.items()}
        gates = {n: Gates(p, p, bgr[n]) for n, p in peaks.items()}
        made = replace(
            capture.info,
            target="reference",
            runtime="pytorch-eager",
            output_sha256=capture.info.output_sha256[:1],
            extra=golden_metadata("key", floors, gates),
        )
        return Golden(sealed(Capture(made, capture.tensors)), floors, gates)

    def judged(self, capture: Capture) -> Verdict:
        """By the golden, and by the network itself where the inputs are not the golden's."""
        inputs = {spec.name for spec in self.model.inputs}
        return judge(
            capture,
            self.artifact,
            self.golden(),
            lambda one: self.network({name: one.tensors[name] for name in inputs}),
        )


def photo(height: int, width: int) -> Tensor:
    """A colourful photo with edges, and no symmetry."""
    y, x = np.mgrid[0:height, 0:width]
    red = 127 + 120 * np.sin(x / 5 + y / 11)
    green = 127 + 120 * np.cos(y / 4) * np.cos(x / 17)
    return np.stack([red, green, (x * y) % 251], -1).astype(np.uint8)


def _single(values: Tensor) -> Tensor:
    return np.ascontiguousarray(values, np.float32)


def _classifier(inputs: Tensors) -> dict[str, Tensor]:
    """Logits [1, 12] of the mean of each of 4×4 fields."""
    image = inputs["image"].astype(np.float64)
    side = image.shape[2] // 4
    pooled = image.reshape(3, 4, side, 4, side).mean((2, 4)).reshape(-1)
    return {"logits": _single(pooled[None] @ WEIGHTS[:48, :12])}


def _labelled(inputs: Tensors) -> dict[str, Tensor]:
    """Logits [1, 300]: more classes than a byte counts."""
    image = inputs["image"].astype(np.float64)
    side = image.shape[2] // 4
    pooled = image.reshape(3, 4, side, 4, side).mean((2, 4)).reshape(-1)
    return {"logits": _single(pooled[None] @ LABEL_WEIGHTS)}


def _foreground(inputs: Tensors) -> dict[str, Tensor]:
    """Logits [1, 1, h, w] of each pixel, of both signs."""
    image = inputs["image"].astype(np.float64)[0]
    return {"logits": _single(np.einsum("c,chw->hw", WEIGHTS[1, :3], image)[None, None])}


def _segments(inputs: Tensors) -> dict[str, Tensor]:
    """Scores [1, 21, h, w], most of them below zero, of each pixel."""
    image = inputs["image"].astype(np.float64)[0]
    scores = np.einsum("kc,chw->khw", WEIGHTS[:21, :3], image) - 2.5
    return {"out": _single(scores[None])}


def _depth(inputs: Tensors) -> dict[str, Tensor]:
    image = inputs["image"].astype(np.float64)[0]
    return {"depth": _single(np.einsum("c,chw->hw", WEIGHTS[0, :3], image)[None, None] + 3)}


def _disparity(inputs: Tensors) -> dict[str, Tensor]:
    left, right_ = (inputs[side].astype(np.float64)[0] for side in ("left", "right"))
    return {"disparity": _single((2 * left - np.roll(right_, 1, 2)).sum(0)[None, None])}


def _tokens(inputs: Tensors) -> dict[str, Tensor]:
    """States [1, 8, 16] of ids, where the mask is 1; and their mean [1, 16]."""
    state = WEIGHTS[inputs["ids"][0], :16].astype(np.float64)
    state = (state + WEIGHTS[inputs["segments"][0] + 60, :16]) * inputs["mask"][0][:, None]
    return {"states": _single(state[None]), "pooled": _single(np.tanh(state.mean(0))[None])}


def _detector(inputs: Tensors) -> dict[str, Tensor]:
    """Boxes [1, 20, 4], centre and size in pixels, and scores [1, 20, 3]."""
    values = inputs["image"].astype(np.float64).reshape(-1)[:960].reshape(20, 48)
    mixed = 1 / (1 + np.exp(-values @ WEIGHTS[:48, :7] / 7))
    boxes = np.concatenate([8 + 24 * mixed[:, :2], 4 + 9 * mixed[:, 2:4]], 1)
    return {"boxes": _single(boxes[None]), "scores": _single(mixed[None, :, 4:])}


def _of_photo(
    name: str,
    network: Network,
    outputs: tuple[TensorSpec, ...],
    pixels: Tensor,
    size: tuple[int, int],
    how: str,
    classes: int = 0,
) -> Walk:
    prep = Prep("image", *size, MEAN, STD, how, (114, 114, 114))
    names = tuple(f"class {n}" for n in range(classes))
    palette = tuple((n, n, n) for n in range(classes))
    drawn = (class_map(outputs[0].name, names, palette),) if classes else ()
    model = ModelSpec(
        recipe="sample",
        inputs=(TensorSpec("image", (1, 3, *size)),),
        outputs=outputs,
        steps=(*prep.steps, *drawn),
    )
    return Walk(model, network, pixels)


def _given(network: Network, outputs: tuple[TensorSpec, ...], inputs: Tensors) -> Walk:
    specs = tuple(TensorSpec(n, v.shape, v.dtype.name) for n, v in inputs.items())
    return Walk(ModelSpec("sample", specs, outputs), network, None, inputs)


LOGITS = (TensorSpec("logits", (1, 12)),)


def _classification() -> Walk:
    """A photo, its shorter side scaled and its centre cut out; 300 labels, five shown."""
    labels = tuple(f"label {n}" for n in range(300))
    model = classification(RecipeOptions("sample", 32, 32), labels)
    return Walk(model, _labelled, photo(45, 71))


def _mask() -> Walk:
    size = (24, 24)
    prep = Prep("image", *size, MEAN, STD)
    logits, drawn = TensorSpec("logits", (1, 1, *size)), mask("p", 0.5, ("nothing", "something"))
    steps = (*prep.steps, Sigmoid(("logits",), ("p",)), drawn)
    model = ModelSpec("sample", (TensorSpec("image", (1, 3, *size)),), (logits,), steps)
    return Walk(model, _foreground, photo(60, 41))


WALKS: Mapping[str, Walk] = {
    "letterbox": _of_photo("letterbox", _classifier, LOGITS, photo(45, 71), (32, 32), "letterbox"),
    "crop": _of_photo("crop", _classifier, LOGITS, photo(79, 51), (32, 32), "crop"),
    "portrait": _of_photo(
        "portrait",
        _segments,
        (TensorSpec("out", (1, 21, 24, 24)),),
        photo(60, 41),
        (24, 24),
        "stretch",
        21,
    ),
    "enlarged": _of_photo(
        "enlarged",
        _depth,
        (TensorSpec("depth", (1, 1, 24, 40)),),
        photo(11, 13),
        (24, 40),
        "stretch",
    ),
    "large": _of_photo(
        "large",
        _depth,
        (TensorSpec("depth", (1, 1, 16, 16)),),
        photo(40, 1100),
        (16, 16),
        "stretch",
    ),
    "classification": _classification(),
    "mask": _mask(),
    "detector": _of_photo(
        "detector",
        _detector,
        (TensorSpec("boxes", (1, 20, 4)), TensorSpec("scores", (1, 20, 3))),
        photo(50, 40),
        (32, 32),
        "stretch",
    ),
    "stereo": _given(
        _disparity,
        (TensorSpec("disparity", (1, 1, 8, 10)),),
        {side: DRAW.random((1, 3, 8, 10), np.float32) for side in ("left", "right")},
    ),
    "tokens": _given(
        _tokens,
        (TensorSpec("states", (1, 8, 16)), TensorSpec("pooled", (1, 16))),
        {
            "ids": DRAW.integers(1, 60, (1, 8)),
            "mask": np.array([[1, 1, 1, 1, 1, 1, 0, 0]]),
            "segments": np.array([[0, 0, 0, 1, 1, 1, 0, 0]]),
        },
    ),
}
"""By what is particular about each."""
