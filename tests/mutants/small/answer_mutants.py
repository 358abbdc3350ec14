"""The mutants of a classifier and of a mask: what is wrong with the answer that an app shows."""

# One mutant a line.
# ruff: noqa: E501

from __future__ import annotations

import numpy as np
import wrong_answers as a
import wrong_images as i
import wrong_walks as w
from mutants import DTYPE, EXTRA, MISSING, NONDETERMINISTIC, NONFINITE, SHAPE, VALUE
from walk_mutants import WalkMutant
from wrong_walks import S as STD

X = WalkMutant
CL, MA = "classification", "mask"
RISING, TIES = (
    "probe.1/classes: of negative scores that rise",
    "probe.2/classes: of negative scores with ties",
)

ANSWER_MUTANTS = (
    # A classifier's photo is prepared wrongly.
    X("label-photo-bgr", CL, "decode-image", VALUE, "(BGR)", w.decoded(i.bgr)),
    X("label-stretched", CL, "resize-image", VALUE, "stretched", w.fitted("stretch")),
    X("label-cropped-of-32", CL, "resize-image", VALUE, "resized: ", w.fitted("crop")),
    X("label-cut-top-left", CL, "resize-image", VALUE, "at the top left", w.step(fit=a.top_left)),
    X("label-mean-half", CL, "normalize", VALUE, "image: ", w.normalised(lambda p: (p / 255 - 0.5) / STD)),
    X("label-no-mean", CL, "normalize", VALUE, "mean is not subtracted", w.normalised(lambda p: p / 255 / STD)),
    # Its logits are not those of the labels.
    X("softmax-in-the-file", CL, "run", VALUE, "a softmax was applied.", w.returned("logits", w.softmax)),
    X("labels-up-by-one", CL, "run", VALUE, "shifted by one", w.returned("logits", lambda v: np.roll(v, 1, 1))),
    X("background-first", CL, "run", SHAPE, "[1, 301], expected [1, 300]; check the number of values", w.returned("logits", lambda v: np.pad(v, ((0, 0), (1, 0)))), ("softmax",)),
    X("labels-reversed", CL, "run", VALUE, "logits: ", w.returned("logits", lambda v: v[:, ::-1])),
    X("labels-of-another-model", CL, "run", VALUE, "logits: ", w.returned("logits", lambda v: v[:, np.roll(np.arange(300), 150)])),
    X("label-runs-differ", CL, "repeat", NONDETERMINISTIC, "2 runs on one input differ", w.first_run("logits", lambda v: v * np.float32(1.01))),
    # The softmax is wrong.
    X("no-softmax", CL, "softmax", VALUE, "no softmax is applied", a.step("softmax", lambda v: v)),
    X("probabilities-twice", CL, "softmax", VALUE, "applied twice", a.step("softmax", lambda v: w.softmax(w.softmax(v)))),
    X("sigmoid-for-softmax", CL, "softmax", VALUE, "a sigmoid is applied instead", a.step("softmax", a.sigmoid)),
    X("log-softmax", CL, "softmax", VALUE, "a log-softmax", a.step("softmax", w.log_softmax)),
    X("softmax-of-one", CL, "softmax", VALUE, "probabilities: ", a.step("softmax", lambda v: np.ones_like(v))),
    X("softmax-at-half-heat", CL, "softmax", VALUE, "probabilities: ", a.step("softmax", lambda v: w.softmax(2 * v))),
    X("softmax-in-percent", CL, "softmax", VALUE, "in percent", a.step("softmax", lambda v: 100 * w.softmax(v))),
    X("softmax-in-halves", CL, "softmax", VALUE, "half precision", a.step("softmax", lambda v: w.through("f2")(w.softmax(v)))),
    X("softmax-overflows", CL, "softmax", NONFINITE, "got nan", a.step("softmax", lambda v: a.not_shifted(1000 * v))),
    X("softmax-not-shifted", CL, "softmax", VALUE, "app's softmax makes nan", a.step("softmax", a.not_shifted)),
    X("softmax-absent", CL, "softmax", MISSING, "probabilities is missing", w.put(probabilities=None)),
    X("softmax-flat", CL, "softmax", SHAPE, "the batch axis is missing, or it is flattened", w.put(probabilities=lambda v: v[0])),
    X("softmax-of-301", CL, "softmax", SHAPE, "check the number of values, such as the classes", w.put(probabilities=lambda v: np.pad(v, ((0, 0), (1, 0))))),
    X("softmax-of-doubles", CL, "softmax", DTYPE, "float64", w.put(probabilities=lambda v: v.astype("f8"))),
    # The first classes are wrong.
    X("smallest-first", CL, "top-k", VALUE, "the smallest are taken", a.ranked(lambda s: np.argsort(s, kind="stable"))),
    X("largest-last", CL, "top-k", VALUE, "the largest comes last", a.ranked(lambda s: a.largest(s)[4::-1])),
    X("not-sorted", CL, "top-k", VALUE, "not sorted", a.ranked(a.in_order_of_class)),
    X("first-five-classes", CL, "top-k", VALUE, "without sorting", a.ranked(lambda s: np.arange(s.size))),
    X("labels-counted-from-one", CL, "top-k", VALUE, "shifted by one", a.ranked(a.largest, offset=1)),
    X("labels-counted-from-minus-one", CL, "top-k", VALUE, "shifted by minus one", a.ranked(a.largest, offset=-1)),
    X("scores-in-percent", CL, "top-k", VALUE, "the scores are in percent", a.ranked(a.largest, scale=100)),
    X("scores-as-logits", CL, "top-k", VALUE, "values: ", w.put(values=lambda v: np.log(v))),
    X("scores-of-the-photo-before", CL, "top-k", VALUE, "values: ", w.put(values=lambda v: v * np.float32(0.9))),
    X("ties-to-the-last", CL, "top-k", VALUE, TIES, a.ranked(a.ties_to_the_last)),
    X("ties-in-any-order", CL, "top-k", VALUE, TIES, a.ranked(a.unstable)),
    X("sorted-in-halves", CL, "top-k", VALUE, RISING, a.ranked(a.in_halves)),
    X("best-begins-at-0", CL, "top-k", VALUE, RISING, a.ranked(a.above_zero)),
    X("last-label-left-out", CL, "top-k", VALUE, RISING, a.ranked(a.without(-1))),
    X("first-label-left-out", CL, "top-k", VALUE, TIES, a.ranked(a.without(0))),
    X("four-for-five", CL, "top-k", SHAPE, "check k, the number of classes that are shown (5)", a.ranked(a.largest, k=4)),
    X("ten-for-five", CL, "top-k", SHAPE, "another number of classes is taken", a.ranked(a.largest, k=10)),
    X("classes-with-a-batch-axis", CL, "top-k", SHAPE, "a batch axis is added", w.put(classes=lambda v: v[None])),
    X("classes-of-int64", CL, "top-k", DTYPE, "int64", w.put(classes=lambda v: v.astype("i8"))),
    X("classes-absent", CL, "top-k", MISSING, "classes is missing", w.put(classes=None)),
    X("label-names-as-well", CL, "run", EXTRA, "labels: ", w.added("labels", np.zeros(5, np.uint8))),
    # A mask.
    X("sigmoid-in-the-file", MA, "run", VALUE, "a sigmoid was applied", w.returned("logits", a.sigmoid)),
    X("mask-logits-negated", MA, "run", VALUE, "sign is flipped", w.returned("logits", np.negative)),
    X("no-sigmoid", MA, "sigmoid", VALUE, "no sigmoid is applied", a.step("sigmoid", lambda v: v)),
    X("sigmoid-twice", MA, "sigmoid", VALUE, "applied twice", a.step("sigmoid", lambda v: a.sigmoid(a.sigmoid(v)))),
    X("sigmoid-of-the-other", MA, "sigmoid", VALUE, "1 minus each", a.step("sigmoid", lambda v: a.sigmoid(-v))),
    X("tanh-for-sigmoid", MA, "sigmoid", VALUE, "hyperbolic tangent", a.step("sigmoid", np.tanh)),
    X("softmax-for-sigmoid", MA, "sigmoid", VALUE, "p: ", a.step("sigmoid", w.softmax)),
    X("sigmoid-of-quotient", MA, "sigmoid", VALUE, "app's sigmoid makes nan", a.step("sigmoid", a.sigmoid_of_quotient)),
    X("sigmoid-absent", MA, "sigmoid", MISSING, "p is missing", w.put(p=None)),
    X("threshold-at-0", MA, "threshold", VALUE, "the threshold is 0", a.thresholded(lambda p: p > 0)),
    X("threshold-at-0.6", MA, "threshold", VALUE, "mask: ", a.thresholded(lambda p: p > 0.6)),
    X("threshold-included", MA, "threshold", VALUE, "at the threshold itself", a.thresholded(lambda p: p >= 0.5)),
    X("threshold-in-halves", MA, "threshold", VALUE, "mask: ", a.thresholded(a.above_in_halves)),
    X("mask-inverted", MA, "threshold", VALUE, "the mask is inverted", a.thresholded(lambda p: p <= 0.5)),
    X("mask-of-255", MA, "threshold", VALUE, "255 instead of 1", a.thresholded(lambda p: 255 * (p > 0.5))),
    X("mask-turned", MA, "threshold", VALUE, "width and height are swapped", w.put(mask=lambda m: m.T)),
    X("mask-mirrored", MA, "threshold", VALUE, "mirrored", w.put(mask=lambda m: m[:, ::-1])),
    X("mask-of-nothing", MA, "threshold", VALUE, "nothing was drawn", w.put(mask=np.zeros_like)),
    X("mask-with-a-channel", MA, "threshold", SHAPE, "expected [24, 24]", w.put(mask=lambda m: m[None])),
    X("mask-of-floats", MA, "threshold", DTYPE, "float32", w.put(mask=lambda m: m.astype("f4"))),
    X("mask-absent", MA, "threshold", MISSING, "mask is missing", w.put(mask=None)),
)  # fmt: skip
