"""The mutants: one thing broken at a time, where it must be blamed, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sabotage as s
import wrong_engines as e
import wrong_files as f
import wrong_images as i
import wrong_lower as q
import wrong_models as w
import wrong_tensors as t
from wrong_int8 import weights_as_unsigned as wrong_unsigned

from onpar.parity.judge.status import Status
from onpar.pipeline.paths import IMAGES

(
    UNREADABLE, UNLOADABLE, WRONG_TARGET, WRONG_RECIPE, WRONG_CASE, WRONG_WEIGHTS, WRONG_ENGINE,
    STALE_ARTIFACT, STALE_GOLDEN, MISSING, EXTRA, SHAPE, DTYPE, NONFINITE, VALUE, NONDETERMINISTIC,
    INSENSITIVE, ILL_CONDITIONED, UNJUDGED, NOT_RUN, PASS,
) = Status  # fmt: skip

NOBODY = "0" * 64
"""A digest that nothing has."""

INF, NAN = float("inf"), float("nan")


@dataclass(frozen=True)
class Mutant:
    """`name` says what is broken, `says` is a part of the sentence that the judge must give.

    `also` names the stages that cannot but fail with it, besides the agreement with the golden.
    `square`: on 128×128, where swapped sides have the right shape; else on 96×160. `io` is that of
    the app's ONNX file.
    """

    name: str
    stage: str
    status: Status
    says: str
    make: s.Make
    also: tuple[str, ...] = ()
    square: bool = False
    io: str = "tensor"


M = Mutant

MUTANTS = (
    # The file is no whole capture.
    M("cut-short", "file", UNREADABLE, "copy it", f.written(lambda b: b[:-1000])),
    M("last-byte-absent", "file", UNREADABLE, "copy it", f.written(lambda b: b[:-1])),
    M("empty-file", "file", UNREADABLE, "0 bytes", f.written(lambda b: b"")),
    M("header-of-2^63-bytes", "file", UNREADABLE, "copy it", f.header_length(1 << 63)),
    M(
        "header-key-twice",
        "file",
        UNREADABLE,
        "'case' twice",
        f.headed('"case":', '"case":"","case":'),
    ),
    M(
        "header-tensor-twice",
        "file",
        UNREADABLE,
        "'classmap' twice",
        f.headed('"classmap":', '"classmap":{},"classmap":'),
    ),
    M(
        "header-dtype-twice",
        "file",
        UNREADABLE,
        "'dtype' twice",
        f.headed('"dtype":', '"dtype":"U8","dtype":'),
    ),
    M(
        "header-entry-odd",
        "file",
        UNREADABLE,
        "nothing else",
        f.headed('"dtype":', '"more":1,"dtype":'),
    ),
    M(
        "header-half-a-character",
        "file",
        UNREADABLE,
        "not JSON",
        f.headed('"case":"', '"case":"\\ud800'),
    ),
    M(
        "header-number-as-text",
        "file",
        UNREADABLE,
        "from text to text",
        f.headed('"engine":""', '"engine":1'),
    ),
    M("photo-as-capture", "file", UNREADABLE, "copy it", f.foreign(IMAGES / "coffee.png")),
    M(
        "another-format",
        "file",
        UNREADABLE,
        "no capture",
        f.header("onpar-capture", "onpar-kapture"),
    ),
    M("next-version", "file", UNREADABLE, "update onpar", f.header("capture/2", "capture/3")),
    M("metadata-lack-a-key", "file", UNREADABLE, "'engine'", f.header('"engine"', '"Engine"')),
    M("load-time-nan", "file", UNREADABLE, "'load_ms'", s.claims(load_ms=NAN)),
    M("bfloat16", "file", UNREADABLE, "bfloat16", f.typed("out", "BF16", f.upper_half)),
    # It is of another recipe, photo, weights, engine or model file than it should be.
    M("wrong-recipe", "identity", WRONG_RECIPE, "got fcn", s.claims(recipe="fcn_resnet50")),
    M("recipe-since-changed", "identity", WRONG_RECIPE, "0000", s.claims(recipe_sha256=NOBODY)),
    M("wrong-case", "identity", WRONG_CASE, "photo of coffee", s.mislabelled),
    M(
        "unknown-case",
        "identity",
        WRONG_CASE,
        "is not a case of the artifact",
        s.claims(case="tokyo"),
    ),
    M("wrong-weights", "identity", WRONG_WEIGHTS, "weights", s.claims(weights_sha256=NOBODY)),
    M("script-under-x86", "identity", WRONG_ENGINE, "says qnnpack", e.under("torchscript")),
    M("bytecode-under-x86", "identity", WRONG_ENGINE, "says qnnpack", e.under("ptl")),
    M("older-model-file", "artifact", STALE_ARTIFACT, "old copy", s.older_model),
    M("artifact-not-exported", "artifact", UNJUDGED, "export it", s.not_exported),
    # The golden cannot be judged by.
    M("golden-of-old-weights", "golden", STALE_GOLDEN, "weights", f.newer(weights_sha256=NOBODY)),
    M("golden-of-old-recipe", "golden", STALE_GOLDEN, "recipe", f.newer_recipe),
    M("golden-of-old-photo", "golden", STALE_GOLDEN, "photo", f.newer_photo),
    M("golden-absent", "golden", UNJUDGED, "onpar golden", f.no_golden),
    M("golden-as-capture", "identity", UNJUDGED, "golden", f.golden_itself),
    M("target-unknown", "identity", WRONG_TARGET, "my-phone", s.claims(target="my-phone")),
    M("phone-named", "identity", WRONG_TARGET, "expected And", s.claims(target="android-device")),
    M("iphone-named", "identity", WRONG_TARGET, "expected iOS", s.claims(target="ios-device")),
    M("simulator-named", "identity", WRONG_TARGET, "Simulated", s.claims(target="ios-simulator")),
    M("mac-named", "identity", WRONG_TARGET, "its format is 'onnx'", s.claims(target="coreml")),
    M("onnx-on-mil", "identity", WRONG_TARGET, "its format is 'onnx'", s.claims(target="mil")),
    M("other-runtime", "identity", WRONG_TARGET, "its runtime", s.claims(runtime="libtorch")),
    M("other-processor", "identity", WRONG_TARGET, "its arch is", s.claims(arch="riscv64")),
    M("other-system", "identity", WRONG_TARGET, "its os is 'Android", s.claims(os="Android 15")),
    M("gpu-named-cpu-target", "identity", WRONG_TARGET, "'GPU'", s.claims(compute_unit="GPU")),
    M("compute-unit-unsaid", "identity", UNJUDGED, "compute_unit", s.claims(compute_unit="")),
    M("golden-decoded-bit", "golden", UNREADABLE, "(decoded:", f.one_bit("decoded")),
    M("golden-resized-bit", "golden", UNREADABLE, "(resized:", f.one_bit("resized")),
    M("golden-input-bit", "golden", UNREADABLE, "(image:", f.one_bit("image")),
    M("golden-output-bit", "golden", UNREADABLE, "(out:", f.one_bit("out")),
    M("golden-classmap-bit", "golden", UNREADABLE, "(classmap:", f.one_bit("classmap")),
    M("golden-floors-raised", "golden", UNREADABLE, "its floors", f.floor(seal=False, rms=1e-3)),
    M("golden-gates-raised", "golden", UNREADABLE, "its gates", f.gates(seal=False, peak=1e3)),
    M("golden-of-another-case", "golden", UNREADABLE, "its identity", f.renamed_golden),
    M("second-golden", "golden", UNREADABLE, "a second golden", f.second_golden),
    M("golden-of-another-shape", "golden", UNREADABLE, "does not fit", f.golden(f.input_flat)),
    M("golden-of-another-type", "golden", UNREADABLE, "does not fit", f.golden(f.input_whole)),
    M("golden-input-nan", "golden", UNREADABLE, "holds NaN", f.golden(f.input_nan)),
    M("floor-infinite", "golden", UNREADABLE, "not a golden", f.floor(max_abs=INF)),
    M("floor-nan", "golden", UNREADABLE, "not a golden", f.floor(rms=NAN)),
    M("floor-negative", "golden", UNREADABLE, "is -1.0", f.floor(max_abs=-1.0)),
    M("gate-infinite", "golden", UNREADABLE, "not a golden", f.gates(moved_by_bgr=INF)),
    M("gate-nan", "golden", UNREADABLE, "not a golden", f.gates(peak=NAN)),
    M("dead-to-photos", "golden", INSENSITIVE, "another photo", f.gates(moved_by_photo=5e-3)),
    M("dead-to-colours", "golden", INSENSITIVE, "BGR", f.gates(moved_by_bgr=5e-3)),
    M("tolerance-excuses-bgr", "golden", INSENSITIVE, "BGR", f.lenient),
    M("ill-conditioned", "golden", ILL_CONDITIONED, "eager float32", f.floor(max_abs=2e-3)),
    M("golden-of-zeros", "golden", ILL_CONDITIONED, "eager float32", f.gates(peak=0.0)),
    # The photo is decoded wrongly.
    M("decoded-bgr", "decode-image", VALUE, "(BGR)", s.decoded(i.bgr)),
    M("mirrored-photo", "decode-image", VALUE, "mirrored", s.decoded(i.mirrored)),
    M("exif-3-ignored", "decode-image", VALUE, "EXIF", s.decoded(i.half_turned)),
    M("exif-6-ignored", "decode-image", SHAPE, "height, width", s.decoded(i.quarter_turned)),
    M("rgb-565", "decode-image", VALUE, "by up to 7", s.decoded(i.rgb_565)),
    M("photo-recompressed", "decode-image", VALUE, "decoded: ", s.decoded(i.recompressed)),
    M("portrait-black", "decode-image", VALUE, "every pixel is black", s.phone(i.portrait_black)),
    M("exif-not-read", "decode-image", SHAPE, "[1041, 263, 3]", s.without_exif),
    M("large-photo-halved", "decode-image", SHAPE, "[1041, 263, 3]", s.phone(i.large_halved)),
    M("chroma-not-smoothed", "decode-image", VALUE, "decoded: ", s.blocky_chroma),
    M("photo-subsampled", "decode-image", SHAPE, "expected [400, 600, 3]", s.decoded(i.subsampled)),
    M("decoded-absent", "decode-image", MISSING, "decoded is missing", s.without("decoded")),
    M("decoded-to-floats", "decode-image", DTYPE, "float32", s.tensors({"decoded": t.unit})),
    # It is resized wrongly.
    M("nearest", "resize-image", VALUE, "nearest", s.step(fit=i.nearest)),
    M("small-nearest", "resize-image", VALUE, "nearest", s.step("chelsea", fit=i.small_nearest)),
    M("no-antialias", "resize-image", VALUE, "without antialias.", s.step(fit=i.four_neighbours)),
    M("half-a-pixel-off", "resize-image", VALUE, "half a pixel", s.step(fit=i.half_a_pixel_off)),
    M("bicubic", "resize-image", VALUE, "bicubic", s.step(fit=i.bicubic)),
    M("one-level-off", "resize-image", VALUE, "by up to 1 ", s.step(fit=i.vertical_pass_first)),
    M("letterboxed", "resize-image", VALUE, "resized: ", s.step(fit=i.letterboxed)),
    M("cropped", "resize-image", VALUE, "resized: ", s.step(fit=i.cropped)),
    M("upside-down", "resize-image", VALUE, "upside down", s.resized(i.upside_down)),
    M("sides-swapped", "resize-image", SHAPE, "[160, 96, 3]", s.swapped_sides),
    M(
        "sides-swapped-square",
        "resize-image",
        VALUE,
        "swapped",
        s.step(fit=i.columns_as_rows),
        (),
        True,
    ),
    M("resized-absent", "resize-image", MISSING, "resized is missing", s.without("resized")),
    # It is normalised wrongly.
    M("packed-as-bgr", "normalize", VALUE, "(BGR)", s.step(normalise=t.packed_bgr)),
    M("constants-as-bgr", "normalize", VALUE, "image: ", s.step(normalise=t.constants_bgr)),
    M("no-mean", "normalize", VALUE, "mean is not subtracted", s.step(normalise=t.no_mean)),
    M("no-std", "normalize", VALUE, "standard deviation", s.step(normalise=t.no_std)),
    M("normalised-twice", "normalize", VALUE, "normalised twice", s.step(normalise=t.twice)),
    M("levels-0-255", "normalize", VALUE, "levels 0–255", s.step(normalise=t.levels)),
    M("intensities-0-1", "normalize", VALUE, "intensities 0–1", s.step(normalise=t.intensities)),
    M("minus-one-to-one", "normalize", VALUE, "−1…1", s.step(normalise=t.minus_one_to_one)),
    M("interleaved-planes", "normalize", VALUE, "image: ", s.step(normalise=t.interleaved)),
    M("planes-turned", "normalize", VALUE, "swapped", s.step(normalise=t.turned_planes), (), True),
    M("std-of-zero", "normalize", NONFINITE, "division", s.step(normalise=t.zero_std), ("run",)),
    M("std-tiny", "run", NONFINITE, "overflow", s.step(normalise=t.tiny_std), ("normalize",)),
    M("std-tiny-saturated", "normalize", VALUE, "image: ", s.saturated, ("run",)),
    M("input-absent", "normalize", MISSING, "image is missing", s.without("image")),
    M("input-extra", "run", EXTRA, "mask: the artifact has no such", s.tensors({"mask": np.copy})),
    M("input-of-bytes", "normalize", DTYPE, "uint8", s.tensors({"image": t.to_bytes})),
    # The model, or the runtime, computes something else.
    M("one-weight", "run", VALUE, "out: ", s.model(w.one_weight)),
    M("lost-channel", "run", VALUE, "out: ", s.model(w.lost_channel)),
    M("excused-by-another", "run", VALUE, " in channel ", s.excused_by_another),
    M("half-precision", "run", VALUE, "out: ", s.model(w.half_precision)),
    M("batch-norm-epsilon", "run", VALUE, "out: ", s.other_epsilon),
    M("corners-aligned", "run", VALUE, "out: ", s.model(w.corners_aligned)),
    M("padded-at-the-end", "run", VALUE, "out: ", s.model(w.padded_at_the_end)),
    M("dropout-left-on", "run", VALUE, "out: ", s.model(w.dropout_left_on), ("repeat",)),
    M("photo-before", "run", VALUE, "out: ", s.photo_before),
    M("softmax", "run", VALUE, "a softmax was applied.", s.returned(t.softmax)),
    M("softmax-twice", "run", VALUE, "applied twice", s.returned(t.softmax_twice)),
    M("classes-up-by-one", "run", VALUE, "shifted by one", s.returned(t.one_class_up)),
    M("classes-down-by-one", "run", VALUE, "minus one", s.returned(t.one_class_down)),
    M("output-turned", "run", SHAPE, "160, 96]", s.returned(t.transposed), ("argmax",)),
    M("output-turned-square", "run", VALUE, "swapped", s.returned(t.transposed), (), True),
    M("output-freed", "run", VALUE, "every value is 0", s.returned(np.zeros_like)),
    M("one-nan", "run", NONFINITE, "[0, 7, 50, 60]: got nan", s.returned(t.one_nan)),
    M("one-infinity", "run", NONFINITE, "got inf", s.returned(t.one_infinity)),
    M("output-absent", "run", MISSING, "out is missing", s.without("out")),
    M("output-extra", "run", EXTRA, "aux: ", s.digested({"aux": np.copy})),
    M("output-empty", "run", SHAPE, "[0]", s.digested({"out": lambda _: t.NONE})),
    M("output-of-doubles", "run", DTYPE, "float64", f.typed("out", "F64", t.to_doubles)),
    M("tensor-unknown", "run", EXTRA, "logits: ", s.tensors({"logits": np.copy})),
    M("next-photo-in-buffer", "run", VALUE, "out: ", s.next_photo, ("repeat", "argmax")),
    # Runs on one input differ.
    M("first-run-differs", "repeat", NONDETERMINISTIC, "dropout", s.runs(1.01)),
    M("one-run-nan", "repeat", NONFINITE, "got nan", s.runs(1.000001, NAN)),
    M(
        "rerun-absent",
        "repeat",
        NONDETERMINISTIC,
        "rerun.1/out",
        s.without("rerun.1/out", s.runs(1.01)),
    ),
    M("rerun-is-the-last", "repeat", NONDETERMINISTIC, "buffer", s.rerun_aliased),
    M(
        "next-run-in-buffer",
        "repeat",
        NONDETERMINISTIC,
        "buffers",
        s.tensors({"out": t.last_bit}),
    ),
    M("runs-without-digests", "repeat", NONDETERMINISTIC, "digest", s.digests(lambda every: ())),
    M(
        "hidden-output",
        "repeat",
        NONDETERMINISTIC,
        "rerun.2/out",
        s.without("rerun.2/out", s.three),
    ),
    M("rerun-shown-twice", "repeat", NONDETERMINISTIC, "of other reruns", s.rerun_twice),
    M("one-run", "repeat", UNJUDGED, "--runs 2", s.once),
    M("runs-undigested", "repeat", NONDETERMINISTIC, "digest", s.digests(lambda every: every[:1])),
    # The class map is taken wrongly.
    M("arg-max-of-rows", "argmax", SHAPE, "[21, 160]", s.step(classmap=t.arg_max_of_rows)),
    M("arg-max-of-hwc", "argmax", VALUE, "classmap: ", s.step(classmap=t.arg_max_of_hwc)),
    M("arg-max-of-halves", "argmax", VALUE, "classmap: ", s.step(classmap=t.arg_max_of_halves)),
    M("above-zero", "argmax", VALUE, "scores are negative", s.step(classmap=t.above_zero)),
    M("arg-max-of-nine", "argmax", VALUE, "classmap: ", s.step(classmap=t.first_nine)),
    M("class-3-never", "argmax", VALUE, "each class in", s.step(classmap=t.never_class_3)),
    M("probe-absent", "argmax", UNJUDGED, "no probe.1/classmap", s.without("probe.1/classmap")),
    M("probe-turned", "argmax", VALUE, "shape", s.tensors({"probe.1/classmap": np.transpose})),
    M("tie-to-the-last", "argmax", VALUE, "classmap: 0.0%", s.tie_to_the_last),
    M("last-class-left-out", "argmax", VALUE, "classmap: ", s.step(classmap=t.without_the_last)),
    M("counted-from-one", "argmax", VALUE, "shifted by one", s.step(classmap=t.counted_from_one)),
    M("classmap-turned", "argmax", VALUE, "swapped", s.step(classmap=t.turned), (), True),
    M("classmap-absent", "argmax", MISSING, "classmap is missing", s.without("classmap")),
    M("classmap-of-int64", "argmax", DTYPE, "int64", f.typed("classmap", "I64", t.to_long)),
    # A file of a lower precision computes something else than its own program.
    M("int8-zeros", "run", VALUE, "is allowed", q.int8(np.zeros_like)),
    M("int8-as-strong-as-noise", "run", VALUE, "is allowed", q.int8(q.noisy)),
    M("int8-negated", "run", VALUE, "is allowed", q.int8(np.negative)),
    M("int8-scale-doubled", "run", VALUE, "is allowed", q.int8(lambda v: 2 * v)),
    M("int8-scale-off-by-0.6", "run", VALUE, "is allowed", q.int8(lambda v: 1.6 * v)),
    M("int8-classes-reversed", "run", VALUE, "is allowed", q.int8(q.reversed_classes)),
    M("int8-weights-unsigned", "run", VALUE, "is allowed", q.int8_model(wrong_unsigned)),
    M("fp16-map-permuted", "argmax", VALUE, "not explained", q.drawn(q.permuted), io="image"),
    M("fp16-map-of-one-class", "argmax", VALUE, "not explained", q.drawn(q.one_class), io="image"),
)
