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
    M("weights-as-capture", "file", UNREADABLE, "no capture", f.weights_file),
    M("next-version", "file", UNREADABLE, "update onpar", f.header("capture/1", "capture/2")),
    M("metadata-lack-a-key", "file", UNREADABLE, "'engine'", f.header('"engine"', '"Engine"')),
    M("load-time-nan", "file", UNREADABLE, "'load_ms'", s.claims(load_ms=NAN)),
    M("bfloat16", "file", UNREADABLE, "bfloat16", f.typed("output/out", "BF16", f.upper_half)),
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
    M("golden-input-bit", "golden", UNREADABLE, "(input/image:", f.one_bit("input/image")),
    M("golden-output-bit", "golden", UNREADABLE, "(output/out:", f.one_bit("output/out")),
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
    M("decoded-bgr", "decoded", VALUE, "(BGR)", s.decoded(i.bgr)),
    M("mirrored-photo", "decoded", VALUE, "mirrored", s.decoded(i.mirrored)),
    M("exif-3-ignored", "decoded", VALUE, "EXIF", s.decoded(i.half_turned)),
    M("exif-6-ignored", "decoded", SHAPE, "height, width", s.decoded(i.quarter_turned)),
    M("rgb-565", "decoded", VALUE, "by up to 7", s.decoded(i.rgb_565)),
    M("photo-recompressed", "decoded", VALUE, "decoded: ", s.decoded(i.recompressed)),
    M("portrait-black", "decoded", VALUE, "every pixel is black", s.phone(i.portrait_black)),
    M("exif-not-read", "decoded", SHAPE, "[1041, 263, 3]", s.without_exif),
    M("large-photo-halved", "decoded", SHAPE, "[1041, 263, 3]", s.phone(i.large_halved)),
    M("chroma-not-smoothed", "decoded", VALUE, "decoded: ", s.blocky_chroma),
    M("photo-subsampled", "decoded", SHAPE, "expected [400, 600, 3]", s.decoded(i.subsampled)),
    M("decoded-absent", "decoded", MISSING, "decoded is missing", s.without("decoded")),
    M("decoded-to-floats", "decoded", DTYPE, "float32", s.tensors({"decoded": t.unit})),
    # It is resized wrongly.
    M("nearest", "resized", VALUE, "nearest", s.step(fit=i.nearest)),
    M("small-nearest", "resized", VALUE, "nearest", s.step("chelsea", fit=i.small_nearest)),
    M("no-antialias", "resized", VALUE, "without antialias.", s.step(fit=i.four_neighbours)),
    M("half-a-pixel-off", "resized", VALUE, "half a pixel", s.step(fit=i.half_a_pixel_off)),
    M("bicubic", "resized", VALUE, "bicubic", s.step(fit=i.bicubic)),
    M("one-level-off", "resized", VALUE, "by up to 1 ", s.step(fit=i.vertical_pass_first)),
    M("letterboxed", "resized", VALUE, "resized: ", s.step(fit=i.letterboxed)),
    M("cropped", "resized", VALUE, "resized: ", s.step(fit=i.cropped)),
    M("upside-down", "resized", VALUE, "upside down", s.resized(i.upside_down)),
    M("sides-swapped", "resized", SHAPE, "[160, 96, 3]", s.swapped_sides),
    M("sides-swapped-square", "resized", VALUE, "swapped", s.step(fit=i.columns_as_rows), (), True),
    M("resized-absent", "resized", MISSING, "resized is missing", s.without("resized")),
    # It is normalised wrongly.
    M("packed-as-bgr", "input", VALUE, "(BGR)", s.step(normalise=t.packed_bgr)),
    M("constants-as-bgr", "input", VALUE, "input/image", s.step(normalise=t.constants_bgr)),
    M("no-mean", "input", VALUE, "mean is not subtracted", s.step(normalise=t.no_mean)),
    M("no-std", "input", VALUE, "standard deviation", s.step(normalise=t.no_std)),
    M("normalised-twice", "input", VALUE, "normalised twice", s.step(normalise=t.twice)),
    M("levels-0-255", "input", VALUE, "levels 0–255", s.step(normalise=t.levels)),
    M("intensities-0-1", "input", VALUE, "intensities 0–1", s.step(normalise=t.intensities)),
    M("minus-one-to-one", "input", VALUE, "−1…1", s.step(normalise=t.minus_one_to_one)),
    M("interleaved-planes", "input", VALUE, "input/image", s.step(normalise=t.interleaved)),
    M("planes-turned", "input", VALUE, "swapped", s.step(normalise=t.turned_planes), (), True),
    M("std-of-zero", "input", NONFINITE, "division", s.step(normalise=t.zero_std), ("output",)),
    M("std-tiny", "output", NONFINITE, "overflow", s.step(normalise=t.tiny_std), ("input",)),
    M("std-tiny-saturated", "input", VALUE, "input/image", s.saturated, ("output",)),
    M("input-absent", "input", MISSING, "input/image is missing", s.without("input/image")),
    M("input-extra", "input", EXTRA, "input/mask", s.tensors({"input/mask": np.copy})),
    M("input-of-bytes", "input", DTYPE, "uint8", s.tensors({"input/image": t.to_bytes})),
    # The model, or the runtime, computes something else.
    M("one-weight", "output", VALUE, "output/out", s.model(w.one_weight)),
    M("lost-channel", "output", VALUE, "output/out", s.model(w.lost_channel)),
    M("excused-by-another", "output", VALUE, " in channel ", s.excused_by_another),
    M("half-precision", "output", VALUE, "output/out", s.model(w.half_precision)),
    M("batch-norm-epsilon", "output", VALUE, "output/out", s.other_epsilon),
    M("corners-aligned", "output", VALUE, "output/out", s.model(w.corners_aligned)),
    M("padded-at-the-end", "output", VALUE, "output/out", s.model(w.padded_at_the_end)),
    M("dropout-left-on", "output", VALUE, "output/out", s.model(w.dropout_left_on), ("runs",)),
    M("photo-before", "output", VALUE, "output/out", s.photo_before),
    M("softmax", "output", VALUE, "a softmax was applied.", s.returned(t.softmax)),
    M("softmax-twice", "output", VALUE, "applied twice", s.returned(t.softmax_twice)),
    M("classes-up-by-one", "output", VALUE, "shifted by one", s.returned(t.one_class_up)),
    M("classes-down-by-one", "output", VALUE, "minus one", s.returned(t.one_class_down)),
    M("output-turned", "output", SHAPE, "160, 96]", s.returned(t.transposed), ("classmap",)),
    M("output-turned-square", "output", VALUE, "swapped", s.returned(t.transposed), (), True),
    M("output-freed", "output", VALUE, "every value is 0", s.returned(np.zeros_like)),
    M("one-nan", "output", NONFINITE, "[0, 7, 50, 60]: got nan", s.returned(t.one_nan)),
    M("one-infinity", "output", NONFINITE, "got inf", s.returned(t.one_infinity)),
    M("output-absent", "output", MISSING, "output/out is missing", s.without("output/out")),
    M("output-extra", "output", EXTRA, "output/aux", s.digested({"output/aux": np.copy})),
    M("output-empty", "output", SHAPE, "[0]", s.digested({"output/out": lambda _: t.NONE})),
    M("output-of-doubles", "output", DTYPE, "float64", f.typed("output/out", "F64", t.to_doubles)),
    M("tensor-unknown", "output", EXTRA, "logits", s.tensors({"logits": np.copy})),
    M("next-photo-in-buffer", "output", VALUE, "output/out", s.next_photo, ("runs", "classmap")),
    # Runs on one input differ.
    M("first-run-differs", "runs", NONDETERMINISTIC, "dropout", s.runs(1.01)),
    M("one-run-nan", "runs", NONFINITE, "got nan", s.runs(1.000001, NAN)),
    M("rerun-absent", "runs", NONDETERMINISTIC, "rerun/out", s.without("rerun/out", s.runs(1.01))),
    M("rerun-is-the-last", "runs", NONDETERMINISTIC, "buffer", s.rerun_aliased),
    M(
        "next-run-in-buffer",
        "runs",
        NONDETERMINISTIC,
        "buffers",
        s.tensors({"output/out": t.last_bit}),
    ),
    M("runs-without-digests", "runs", NONDETERMINISTIC, "digest", s.digests(lambda every: ())),
    M("hidden-output", "runs", NONDETERMINISTIC, "rerun.2/out", s.without("rerun.2/out", s.three)),
    M("rerun-shown-twice", "runs", NONDETERMINISTIC, "of other reruns", s.rerun_twice),
    M("one-run", "runs", UNJUDGED, "--runs 2", s.once),
    M("runs-undigested", "runs", NONDETERMINISTIC, "digest", s.digests(lambda every: every[:1])),
    # The class map is taken wrongly.
    M("arg-max-of-rows", "classmap", SHAPE, "[21, 160]", s.step(classmap=t.arg_max_of_rows)),
    M("arg-max-of-hwc", "classmap", VALUE, "classmap: ", s.step(classmap=t.arg_max_of_hwc)),
    M("arg-max-of-halves", "classmap", VALUE, "classmap: ", s.step(classmap=t.arg_max_of_halves)),
    M("above-zero", "classmap", VALUE, "scores are negative", s.step(classmap=t.above_zero)),
    M("arg-max-of-nine", "classmap", VALUE, "classmap: ", s.step(classmap=t.first_nine)),
    M("class-3-never", "classmap", VALUE, "each class in", s.step(classmap=t.never_class_3)),
    M("probe-absent", "classmap", UNJUDGED, "no probe/classmap", s.without("probe/classmap")),
    M("probe-turned", "classmap", VALUE, "shape", s.tensors({"probe/classmap": np.transpose})),
    M("tie-to-the-last", "classmap", VALUE, "classmap: 0.0%", s.tie_to_the_last),
    M("last-class-left-out", "classmap", VALUE, "classmap: ", s.step(classmap=t.without_the_last)),
    M("counted-from-one", "classmap", VALUE, "shifted by one", s.step(classmap=t.counted_from_one)),
    M("classmap-turned", "classmap", VALUE, "swapped", s.step(classmap=t.turned), (), True),
    M("classmap-absent", "classmap", MISSING, "classmap is missing", s.without("classmap")),
    M("classmap-of-int64", "classmap", DTYPE, "int64", f.typed("classmap", "I64", t.to_long)),
    # A file of a lower precision is wholly wrong, though no tolerance of it was ever measured.
    M("int8-zeros", "output", VALUE, "wholly wrong: 0.0 dB", q.int8(np.zeros_like)),
    M("int8-as-strong-as-noise", "output", VALUE, "wholly wrong: ", q.int8(q.noisy)),
    M("int8-negated", "output", VALUE, "wholly wrong: -6.", q.int8(np.negative)),
    M("int8-scale-doubled", "output", VALUE, "wholly wrong: ", q.int8(lambda v: 2 * v)),
    M("int8-scale-off-by-0.6", "output", VALUE, "wholly wrong: ", q.int8(lambda v: 1.6 * v)),
    M("int8-classes-reversed", "output", VALUE, "wholly wrong: ", q.int8(q.reversed_classes)),
    M("int8-weights-unsigned", "output", VALUE, "wholly wrong: ", q.int8_model(wrong_unsigned)),
    M("fp16-map-permuted", "classmap", VALUE, "by chance", q.drawn(q.permuted), io="image"),
    M("fp16-map-of-one-class", "classmap", VALUE, "kappa 0.000", q.drawn(q.one_class), io="image"),
    M("tolerance-edited-rms", "golden", INSENSITIVE, " by RMS", q.measured(1.1, 0.9)),
    M("tolerance-edited-max", "golden", INSENSITIVE, "BGR", q.measured(0.9, 1.1)),
)
