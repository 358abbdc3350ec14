"""The mutants of small models of every kind: letterboxed, cropped and enlarged photos, portraits,
several outputs, and models without a photo."""

# One mutant a line.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import wrong_images as i
import wrong_walks as w
from mutants import DTYPE, EXTRA, MISSING, NONDETERMINISTIC, NONFINITE, SHAPE, VALUE, WRONG_CASE
from wrong_walks import M as MEAN
from wrong_walks import S as STD

from onpar.parity.judge.status import Status


@dataclass(frozen=True)
class WalkMutant:
    """`says` is a part of the sentence that the judge must give; `also` names the stages that
    cannot but fail with it, besides the agreement with the golden."""

    name: str
    walk: str
    stage: str
    status: Status
    says: str
    make: w.Break
    also: tuple[str, ...] = ()


X = WalkMutant
LB, CR, PO, EN, LA = "letterbox", "crop", "portrait", "enlarged", "large"
DE, ST, TO = "detector", "stereo", "tokens"
EXIF_LEFT, EXIF_RIGHT = "90° to the left: EXIF", "90° to the right: EXIF"
NEAREST = "Cause: the resize takes the nearest pixel instead"
STRETCHED = "the photo is stretched instead of letterboxed"

WALK_MUTANTS = (
    # The photo is decoded wrongly.
    X("portrait-all-black", PO, "decode-image", VALUE, "every pixel is black", w.decoded(np.zeros_like)),
    X("portrait-turned-left", PO, "decode-image", SHAPE, EXIF_LEFT, w.decoded(np.rot90)),
    X("portrait-turned-right", PO, "decode-image", SHAPE, EXIF_RIGHT, w.decoded(lambda p: np.rot90(p, 3))),
    X("portrait-transposed", PO, "decode-image", SHAPE, "Cause: width and height", w.decoded(lambda p: p.swapaxes(0, 1))),
    X("portrait-mirrored", PO, "decode-image", VALUE, "mirrored", w.decoded(i.mirrored)),
    X("portrait-rgb-565", PO, "decode-image", VALUE, "RGB 565", w.decoded(i.rgb_565)),
    X("premultiplied", PO, "decode-image", VALUE, "premultiplied alpha", w.decoded(w.premultiplied)),
    X("nv21", PO, "decode-image", VALUE, "Cb and Cr are swapped", w.decoded(w.nv21)),
    X("bt-709", PO, "decode-image", VALUE, "BT.709", w.decoded(w.bt_709)),
    X("video-range-taken", PO, "decode-image", VALUE, "taken for video range", w.decoded(w.expanded)),
    X("video-range-given", PO, "decode-image", VALUE, "squeezed into video", w.decoded(w.squeezed)),
    X("grey-photo", PO, "decode-image", VALUE, "it is grey", w.decoded(w.grey)),
    X("linear-light", PO, "decode-image", VALUE, "linear light", w.decoded(w.linear)),
    X("argb-as-rgb", PO, "decode-image", VALUE, "alpha comes first", w.decoded(w.alpha_first)),
    X("above-1024-halved", LA, "decode-image", SHAPE, "a half, a quarter", w.decoded(w.above_1024)),
    X("above-1024-quarter", LA, "decode-image", SHAPE, "a half, a quarter", w.decoded(lambda p: p[::4, ::4])),
    X("pixels-as-planes", PO, "decode-image", SHAPE, "planes [3,", w.put(decoded=lambda p: p.transpose(2, 0, 1))),
    X("alpha-kept", PO, "decode-image", SHAPE, "four channels", w.put(decoded=w.with_alpha)),
    X("decoded-of-int32", PO, "decode-image", DTYPE, "int32", w.put(decoded=lambda p: p.astype(np.int32))),
    X("decoded-upside-down-crop", CR, "decode-image", VALUE, "upside down", w.decoded(i.upside_down)),
    # It is fitted wrongly: letterboxed recipes.
    X("stretched", LB, "resize-image", VALUE, f"Cause: {STRETCHED}.", w.fitted("stretch")),
    X("cropped-not-boxed", LB, "resize-image", VALUE, "cropped instead of letterboxed.", w.fitted("crop")),
    X("padded-black", LB, "resize-image", VALUE, "padding has another colour.", w.fitted(LB, pad=(0, 0, 0))),
    X("boxed-top-left", LB, "resize-image", VALUE, "at the top left.", w.at(0)),
    X("boxed-bottom-right", LB, "resize-image", VALUE, "at the bottom right.", w.at(1)),
    X("boxed-nearest", LB, "resize-image", VALUE, NEAREST, w.step(fit=w.filtered("NEAREST"))),
    X("boxed-bicubic", LB, "resize-image", VALUE, "is antialiased bicubic.", w.step(fit=w.filtered("BICUBIC"))),
    X("boxed-lanczos", LB, "resize-image", VALUE, "is Lanczos.", w.step(fit=w.filtered("LANCZOS"))),
    X("boxed-box", LB, "resize-image", VALUE, "box filter", w.step(fit=w.filtered("BOX"))),
    X("boxed-no-antialias", LB, "resize-image", VALUE, "antialias.", w.step(fit=w.two_taps(0.5))),
    X("boxed-half-off", LB, "resize-image", VALUE, "half a pixel off.", w.step(fit=w.two_taps(0))),
    X("boxed-corners", LB, "resize-image", VALUE, "aligns corners.", w.step(fit=w.two_taps(0, True))),
    X("stretched-nearest", LB, "resize-image", VALUE, f"{STRETCHED}, and the resize takes the nearest", w.step(fit=w.nearest_stretch)),
    X("not-padded", LB, "resize-image", SHAPE, "neither padded", w.step(fit=w.only_scaled, normalise=w.of_any_size)),
    # Cropped recipes.
    X("stretched-not-cropped", CR, "resize-image", VALUE, "stretched instead of cropped.", w.fitted("stretch")),
    X("boxed-not-cropped", CR, "resize-image", VALUE, "letterboxed instead of cropped.", w.fitted(LB)),
    X("cropped-top-left", CR, "resize-image", VALUE, "cropped at the top left.", w.at(0)),
    X("cropped-bottom-right", CR, "resize-image", VALUE, "cropped at the bottom right.", w.at(1)),
    X("cropped-nearest", CR, "resize-image", VALUE, NEAREST, w.step(fit=w.filtered("NEAREST"))),
    X("cropped-bicubic", CR, "resize-image", VALUE, "is antialiased bicubic.", w.step(fit=w.filtered("BICUBIC"))),
    X("cropped-no-antialias", CR, "resize-image", VALUE, "antialias.", w.step(fit=w.two_taps(0.5))),
    X("cropped-of-256", CR, "resize-image", VALUE, "scaled to 8/7", w.step(fit=w.eight_sevenths)),
    X("cut-not-scaled", CR, "resize-image", VALUE, "not scaled, but cut at the top", w.step(fit=w.cut)),
    # Photos smaller than the input.
    X("enlarged-nearest", EN, "resize-image", VALUE, NEAREST, w.step(fit=w.filtered("NEAREST"))),
    X("enlarged-bicubic", EN, "resize-image", VALUE, "is antialiased bicubic", w.step(fit=w.filtered("BICUBIC"))),
    X("enlarged-corners", EN, "resize-image", VALUE, "aligns corners.", w.step(fit=w.two_taps(0, True))),
    X("enlarged-turned", EN, "resize-image", SHAPE, "width by height instead", w.step(fit=w.width_by_height, normalise=w.read_as_rows)),
    X("enlarged-boxed", EN, "resize-image", VALUE, "letterboxed instead of stretched", w.fitted(LB)),
    X("not-enlarged", EN, "resize-image", SHAPE, "not resized", w.step(fit=lambda p, _: p, normalise=w.of_any_size)),
    # It is normalised wrongly.
    X("constants-on-levels", LB, "normalize", VALUE, "applied to levels 0–255", w.normalised(lambda p: (p - MEAN) / STD)),
    X("constants-in-levels", LB, "normalize", VALUE, "are in levels 0–255", w.normalised(lambda p: (p / 255 - 255 * MEAN) / (255 * STD))),
    X("one-std-of-red", LB, "normalize", VALUE, "that of red, is used", w.normalised(lambda p: (p / 255 - MEAN) / STD[0])),
    X("one-std-of-all", LB, "normalize", VALUE, "their mean, is used", w.normalised(lambda p: (p / 255 - MEAN) / STD.mean())),
    X("one-mean-of-red", LB, "normalize", VALUE, "one mean, that of red", w.normalised(lambda p: (p / 255 - MEAN[0]) / STD)),
    X("one-mean-of-all", LB, "normalize", VALUE, "the means' mean", w.normalised(lambda p: (p / 255 - MEAN.mean()) / STD)),
    X("constants-of-red", LB, "normalize", VALUE, "those of red", w.normalised(lambda p: (p / 255 - MEAN[0]) / STD[0])),
    X("constants-turned-round", LB, "normalize", VALUE, "order B, G, R", w.normalised(lambda p: (p / 255 - MEAN[::-1]) / STD[::-1])),
    X("times-std", LB, "normalize", VALUE, "multiplied by the standard", w.normalised(lambda p: (p / 255 - MEAN) * STD)),
    X("std-before-mean", LB, "normalize", VALUE, "before the mean", w.normalised(lambda p: p / 255 / STD - MEAN)),
    X("integer-division", LB, "normalize", VALUE, "as integers", w.normalised(lambda p: (p // 255 - MEAN) / STD)),
    X("levels-signed", LB, "normalize", VALUE, "−128…127", w.normalised(lambda p: p - 128)),
    X("interleaved", LB, "normalize", VALUE, "NHWC", w.step(normalise=w.interleaved)),
    X("nhwc", LB, "normalize", SHAPE, "Cause: the layout is NHWC", w.put(image=lambda v: v.transpose(0, 2, 3, 1))),
    X("hwc", LB, "normalize", SHAPE, "HWC, and the batch axis", w.put(image=lambda v: v[0].transpose(1, 2, 0))),
    X("no-batch-axis", LB, "normalize", SHAPE, "the batch axis is missing", w.put(image=lambda v: v[0])),
    X("input-in-halves", LB, "normalize", VALUE, "half precision", w.made(w.through("f2"))),
    X("input-in-bfloat16", LB, "normalize", VALUE, "bfloat16", w.made(w.bfloat16)),
    X("input-mirrored", LB, "normalize", VALUE, "mirrored", w.made(lambda v: v[..., ::-1])),
    X("input-zeros", CR, "normalize", VALUE, "every value is 0", w.made(np.zeros_like)),
    # Classifiers.
    X("logits-softmax", LB, "run", VALUE, "a softmax was applied.", w.returned("logits", w.softmax)),
    X("logits-log-softmax", LB, "run", VALUE, "log-softmax", w.returned("logits", w.log_softmax)),
    X("logits-sigmoid", LB, "run", VALUE, "a sigmoid", w.returned("logits", lambda v: 1 / (1 + np.exp(-v)))),
    X("logits-relu", CR, "run", VALUE, "ReLU", w.returned("logits", lambda v: v.clip(0))),
    X("logits-shifted", CR, "run", VALUE, "shifted by one", w.returned("logits", lambda v: np.roll(v, 1, 1))),
    X("logits-flattened", CR, "run", SHAPE, "the batch axis is missing, or it is flattened", w.returned("logits", lambda v: v[0])),
    X("logits-negated", CR, "run", VALUE, "sign is flipped", w.returned("logits", lambda v: -v)),
    X("logits-in-halves", CR, "run", VALUE, "half precision", w.returned("logits", w.through("f2"))),
    X("logits-of-no-photo", CR, "run", VALUE, "logits: ", w.ran_on(lambda n: {"image": n["image"] * 0})),
    X("logit-nan", CR, "run", NONFINITE, "got nan", w.returned("logits", lambda v: np.where(v == v.max(), np.nan, v).astype("f4"))),
    # Detectors, and other models of several outputs.
    X("boxes-corners", DE, "run", VALUE, "corners (x1, y1, x2, y2) instead", w.returned("boxes", w.corners)),
    X("boxes-y-first", DE, "run", VALUE, "y before x", w.returned("boxes", lambda b: b[..., [1, 0, 3, 2]])),
    X("boxes-of-unit", DE, "run", VALUE, "normalised to 0–1", w.returned("boxes", lambda b: b / 32)),
    X("boxes-turned", DE, "run", SHAPE, "last two axes", w.returned("boxes", lambda b: b.swapaxes(1, 2))),
    X("boxes-in-another-order", DE, "run", VALUE, "boxes: ", w.returned("boxes", lambda b: b[:, ::-1])),
    X("scores-zero", DE, "run", VALUE, "scores: 100", w.returned("scores", np.zeros_like)),
    X("scores-of-next-class", DE, "run", VALUE, "scores: ", w.returned("scores", lambda v: np.roll(v, 1, 2))),
    X("scores-absent", DE, "run", MISSING, "scores is missing", w.put(scores=None)),
    X("outputs-swapped", DE, "run", SHAPE, "boxes has shape", w.both_swapped("boxes", "scores")),
    X("boxes-differ-by-run", DE, "repeat", NONDETERMINISTIC, "2 runs on one input differ", w.first_run("boxes", lambda b: b * np.float32(1.01))),
    X("scores-differ-by-run", DE, "repeat", NONDETERMINISTIC, "2 runs on one input differ", w.first_run("scores", lambda b: b * np.float32(1.01))),
    # Models without a photo.
    X("left-for-right", ST, "run", VALUE, "disparity: ", w.ran_on(w.swapped("left", "right"))),
    X("left-captured-as-right", ST, "given", VALUE, "left: ", w.inputs(w.swapped("left", "right"))),
    X("left-twice", ST, "given", VALUE, "right: ", w.inputs(lambda n: {**n, "right": n["left"]})),
    X("right-absent", ST, "given", MISSING, "right is missing", w.put(right=None)),
    X("left-of-doubles", ST, "given", DTYPE, "float64", w.put(left=lambda v: v.astype("f8"))),
    X("left-in-halves", ST, "given", VALUE, "half precision", w.inputs(lambda n: {**n, "left": w.through("f2")(n["left"])})),
    X("disparity-mirrored", ST, "run", VALUE, "mirrored", w.returned("disparity", lambda v: v[..., ::-1])),
    X("disparity-no-batch", ST, "run", SHAPE, "the batch axis is missing", w.returned("disparity", lambda v: v[0])),
    X("photo-of-no-photo", ST, "run", EXTRA, "decoded: ", w.added("decoded", np.zeros((4, 4, 3), np.uint8))),
    X("another-pair", ST, "identity", WRONG_CASE, "left of dog", w.claims(sources={"left": "0" * 64})),
    X("mask-for-segments", TO, "run", VALUE, "states: ", w.ran_on(w.swapped("mask", "segments"))),
    X("mask-of-ones", TO, "given", VALUE, "mask: ", w.inputs(lambda n: {**n, "mask": n["mask"] * 0 + 1})),
    X("ids-shifted", TO, "given", VALUE, "ids: ", w.inputs(lambda n: {**n, "ids": np.roll(n["ids"], 1, 1)})),
    X("ids-of-floats", TO, "given", DTYPE, "float32", w.put(ids=lambda v: v.astype("f4"))),
    X("ids-absent", TO, "given", MISSING, "ids is missing", w.put(ids=None)),
    X("states-in-halves", TO, "run", VALUE, "half precision", w.returned("states", w.through("f2"))),
    X("states-turned", TO, "run", SHAPE, "last two axes", w.returned("states", lambda v: v.swapaxes(1, 2))),
    X("pooled-of-first", TO, "run", VALUE, "pooled: ", w.returned("pooled", lambda v: v * np.float32(8 / 6))),
    X("pooled-zero", TO, "run", VALUE, "every value is 0", w.returned("pooled", np.zeros_like)),
    # Class maps, whose scores are mostly below zero.
    X("arg-max-from-zero", PO, "argmax", VALUE, "starts at 0", w.step(classmap=w.above_zero)),
    X("arg-max-of-9-of-21", PO, "argmax", VALUE, "last classes are left out", w.step(classmap=w.first(9))),
    X("first-class-left-out", PO, "argmax", VALUE, "classmap: ", w.step(classmap=w.without_the_first)),
    X("arg-min", PO, "argmax", VALUE, "arg-min", w.step(classmap=lambda s: s[0].argmin(0).astype("u1"))),
    X("arg-max-of-pixels", PO, "argmax", VALUE, "[h, w, C]", w.step(classmap=w.of_pixels)),
    X("arg-max-over-rows", PO, "argmax", SHAPE, "over the rows", w.step(classmap=lambda s: s[0].argmax(1).astype("u1"))),
    X("map-mirrored", PO, "argmax", VALUE, "mirrored", w.put(classmap=lambda m: m[:, ::-1])),
    X("map-upside-down", PO, "argmax", VALUE, "upside down", w.put(classmap=lambda m: m[::-1])),
    X("map-of-nothing", PO, "argmax", VALUE, "nothing was drawn", w.put(classmap=np.zeros_like)),
    X("scores-nhwc", PO, "run", VALUE, "NHWC", w.returned("out", lambda s: s.transpose(0, 2, 3, 1).reshape(s.shape))),
    X("scores-as-nhwc", PO, "run", SHAPE, "NHWC", w.put(out=lambda s: s.transpose(0, 2, 3, 1))),
)  # fmt: skip
