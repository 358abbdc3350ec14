"""The mutants of files with io `image`: they take pixels, and draw the class map themselves."""

from __future__ import annotations

from functools import partial

import numpy as np
import sabotage as s
import wrong_drawings as d
import wrong_images as i
import wrong_models as w
import wrong_tensors as t
from mutants import DTYPE, EXTRA, MISSING, NONDETERMINISTIC, SHAPE, STALE_ARTIFACT, VALUE, Mutant

from onpar.parity.image import fit as right

M = partial(Mutant, io="image")

FLIPS = "differences are not explained"

IMAGE_MUTANTS = (
    M("image-older-model-file", "artifact", STALE_ARTIFACT, "old copy", s.older_model),
    # The photo is decoded or resized wrongly: judged at once, and the map by what it was made of.
    M("image-decoded-bgr", "decode-image", VALUE, "(BGR)", s.decoded(i.bgr)),
    M("image-bgr", "resize-image", VALUE, "(BGR)", s.resized(i.bgr)),
    M("image-nearest", "resize-image", VALUE, "nearest", s.step(fit=i.nearest)),
    M("image-cut-to-size", "resize-image", VALUE, "resized: ", s.step(fit=d.top_left)),
    M("image-not-resized", "resize-image", SHAPE, "expected [96, 160, 3]", d.not_resized),
    M(
        "image-swapped-square",
        "resize-image",
        VALUE,
        "swapped",
        s.step(fit=i.columns_as_rows),
        (),
        True,
    ),
    M("image-resized-absent", "resize-image", MISSING, "is missing", s.without("resized")),
    # The file gets other pixels than the app resized.
    M("image-packed-as-bgr", "argmax", VALUE, FLIPS, d.handed(i.bgr)),
    M("image-upside-down", "argmax", VALUE, FLIPS, d.handed(i.upside_down)),
    M("image-turned-square", "argmax", VALUE, FLIPS, d.handed(d.turned_pixels), (), True),
    M("image-photo-before", "argmax", VALUE, FLIPS, s.photo_before),
    # The graph around the model is wrong.
    M("image-normalised-twice", "argmax", VALUE, FLIPS, d.graph(t.twice)),
    M("image-not-normalised", "argmax", VALUE, FLIPS, d.graph(t.levels)),
    M("image-intensities-0-1", "argmax", VALUE, FLIPS, d.graph(t.intensities)),
    M("image-no-mean", "argmax", VALUE, FLIPS, d.graph(t.no_mean)),
    M("image-constants-as-bgr", "argmax", VALUE, FLIPS, d.graph(t.constants_bgr)),
    M(
        "image-tie-to-the-last",
        "argmax",
        VALUE,
        FLIPS,
        d.graph(right.normalise, d.coarse_tie_to_the_last),
    ),
    M(
        "image-last-class-left-out",
        "argmax",
        VALUE,
        FLIPS,
        d.graph(right.normalise, t.without_the_last),
    ),
    M("image-half-precision", "argmax", VALUE, FLIPS, s.model(w.half_precision)),
    # The map itself is wrong.
    M("image-counted-from-one", "argmax", VALUE, "shifted by one", s.returned(d.one_up)),
    M("image-map-turned-square", "argmax", VALUE, "swapped", s.returned(d.turned), (), True),
    M("image-map-turned", "argmax", SHAPE, "[160, 96]", s.returned(d.turned)),
    M("image-five-pixels", "argmax", VALUE, "5 of the 5 differences", s.returned(d.five_pixels)),
    M("image-class-255", "argmax", VALUE, FLIPS, s.returned(d.unknown_class)),
    M("image-map-freed", "argmax", VALUE, FLIPS, s.returned(np.zeros_like)),
    M("image-map-of-int64", "argmax", DTYPE, "int64", s.returned(d.wide_integers)),
    M("image-map-of-int32", "argmax", DTYPE, "int32", s.returned(d.core_mls_integers)),
    M("image-map-negative", "argmax", DTYPE, "int32", s.returned(d.below_zero)),
    M("image-map-absent", "argmax", MISSING, "is missing", s.without("classmap")),
    M(
        "image-scores-as-well",
        "run",
        EXTRA,
        "out: ",
        s.tensors({"out": np.copy}),
    ),
    # Runs on one input differ.
    M(
        "image-first-run-differs",
        "repeat",
        NONDETERMINISTIC,
        "5 pixels",
        d.first_run(d.five_pixels),
    ),
    M(
        "image-rerun-absent",
        "repeat",
        NONDETERMINISTIC,
        "rerun.1/classmap",
        s.without("rerun.1/classmap", d.first_run(d.five_pixels)),
    ),
    M(
        "image-map-drawn-over",
        "argmax",
        VALUE,
        "5 of the 5 differences",
        s.tensors({"classmap": d.five_pixels}),
        ("repeat",),
    ),
)
