"""Sidecars with other steps, and with other constants of them."""

from __future__ import annotations

from typing import Any

from sidecar_row import ABSENT, STEPS, Row, prep, spec, step

from onpar.parity.limits.limits import (
    MAX_CLASSES,
    MAX_FLOAT32,
    MAX_SIDE,
    MAX_STEPS,
    MIN_SCALE,
    MIN_STD,
)


def sized(height: int, width: int) -> dict[str, Any]:
    """A model that takes photos of this size."""
    return prep(height=height, width=width) | {"inputs": [spec("image", 1, 3, height, width)]}


def classes(count: int) -> dict[str, Any]:
    """A class map of so many classes."""
    names, palette = [f"class {i}" for i in range(count)], [[0, 0, i % 256] for i in range(count)]
    return step(4, classes=names, palette=palette) | {"outputs": [spec("out", 1, count, 6, 5)]}


SOFTMAX = {"step": "softmax", "takes": ["out"], "makes": ["shares"], "axis": 1}

SIGMOID = {"step": "sigmoid", "takes": ["out"], "makes": ["shares"]}

TOP_K = {"step": "top-k", "takes": ["shares"], "makes": ["classes", "values"], "k": 2,
         "labels": ["a", "b", "c"]}  # fmt: skip

THRESHOLD = {"step": "threshold", "takes": ["shares"], "makes": ["mask"], "above": 0.5,
             "classes": ["none", "some"], "palette": [[0, 0, 0], [0, 128, 0]]}  # fmt: skip

QUANTIZE = {"step": "quantize", "takes": ["floats"], "makes": ["image"], "scale": 0.5,
            "zero_point": 3, "dtype": "int8"}  # fmt: skip

DEQUANTIZE = {"step": "dequantize", "takes": ["levels"], "makes": ["image"], "scale": 0.5,
              "zero_point": 3}  # fmt: skip

TO_IMAGE = {"step": "to-image", "takes": ["out"], "makes": ["picture"], "scale": 255.0,
            "offset": 0.5, "layout": "NCHW"}  # fmt: skip


def quantized(**fields: Any) -> dict[str, Any]:
    """A network of integers, with other constants of the step that makes them."""
    made = changed(QUANTIZE, **fields)
    steps = [*STEPS[:2], STEPS[2] | {"makes": ["floats"]}, made, *STEPS[3:]]
    given = spec("image", 1, 3, 6, 5, dtype=made.get("dtype", "int8"))
    return {"steps": steps, "inputs": [given], "runs": [4, 4]}


def dequantized(**fields: Any) -> dict[str, Any]:
    """A network of floats that are made of levels, with other constants of that step."""
    levels = STEPS[2] | {"makes": ["levels"], "dtype": "uint8", "mean": [], "std": []}
    steps = [*STEPS[:2], levels, changed(DEQUANTIZE, **fields), *STEPS[3:]]
    return {"steps": steps, "runs": [4, 4]}


def picture(*shape: int, **fields: Any) -> dict[str, Any]:
    """A picture of an output of this shape, with other constants of its step."""
    return ends(changed(TO_IMAGE, **fields), shape=list(shape or (1, 3, 6, 5)))


def changed(one: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A step with other constants, or without some."""
    return {key: value for key, value in (one | fields).items() if value is not ABSENT}


def ends(*last: dict[str, Any], shape: list[int]) -> dict[str, Any]:
    """Other steps after the network, whose output has another shape."""
    return {"steps": [*STEPS[:4], *last], "outputs": [spec("out", *shape)]}


def network(*shape: int, dtype: str = "float32") -> dict[str, Any]:
    """A network of another input."""
    return {"inputs": [spec("image", *shape, dtype=dtype)]}


def steps_of(count: int) -> list[Any]:
    """So many steps: the photo is resized to its own size again and again."""
    again = [
        STEPS[1] | {"takes": [f"r{index}"], "makes": [f"r{index + 1}"]}
        for index in range(count - len(STEPS))
    ]
    return [
        STEPS[0],
        STEPS[1] | {"makes": ["r0"]},
        *again,
        STEPS[2] | {"takes": [f"r{len(again)}"]},
        *STEPS[3:],
    ]


def resized_again() -> list[Any]:
    """The input is resized after it was normalised."""
    more = STEPS[1] | {"takes": ["image"], "makes": ["again"]}
    return [*STEPS[:3], more, *STEPS[3:]]


SOUND_STEPS = (
    Row("the smallest std", changed=prep(std=[MIN_STD, -MIN_STD, 1])),
    Row("the largest mean and std", changed=prep(mean=[MAX_FLOAT32, -MAX_FLOAT32, 0],
                                                 std=[MAX_FLOAT32, 1, 1])),
    Row("the longest side", changed=sized(1, MAX_SIDE)),
    Row("40 megapixels", changed=sized(8000, 5000)),
    Row("stretch", changed=prep(fit="stretch")),
    Row("crop", changed=prep(fit="crop")),
    Row("padding of the border values", changed=prep(pad=[0, 255, 0])),
    Row("one class", changed=classes(1)),
    Row("the most classes", changed=classes(MAX_CLASSES)),
    Row("the shorter side", changed=prep(fit="shorter", shorter=6)),
    Row("gray", changed=step(2, channels="gray", mean=[0.5], std=[0.5]) | network(1, 1, 6, 5),
        follows=False),
    Row("BGR and NHWC", changed=step(2, channels="bgr", layout="NHWC") | network(1, 6, 5, 3),
        follows=False),
    Row("levels", changed=step(2, dtype="uint8", mean=[], std=[])
        | network(1, 3, 6, 5, dtype="uint8"), follows=False),
    Row("the first labels", changed=ends(SOFTMAX, TOP_K, shape=[1, 3]), follows=False),
    Row("one label", changed=ends({**TOP_K, "takes": ["out"], "labels": ["a"], "k": 1},
                                  shape=[1, 1]), follows=False),
    Row("a mask", changed=ends(SIGMOID, THRESHOLD, shape=[1, 1, 6, 5]), follows=False),
    Row("a mask of the last axis", changed=ends(SIGMOID, THRESHOLD, shape=[1, 6, 5, 1]),
        follows=False),
    Row("a threshold below 0", changed=ends({**THRESHOLD, "takes": ["out"], "above": -3},
                                            shape=[1, 1, 6, 5]), follows=False),
    Row("plain bicubic", changed=prep(filter="bicubic", antialias=False)),
    Row("integers", changed=quantized(), follows=False),
    Row("integers without a sign", changed=quantized(dtype="uint8", zero_point=255), follows=False),
    Row("the smallest scale and zero point", changed=quantized(scale=MIN_SCALE, zero_point=-128),
        follows=False),
    Row("the largest scale and zero point", changed=quantized(scale=MAX_FLOAT32, zero_point=127),
        follows=False),
    Row("floats of levels", changed=dequantized(), follows=False),
    Row("a scale that is a whole number", changed=dequantized(scale=1), follows=False),
    Row("a picture", changed=picture(), follows=False),
    Row("a picture of the smallest scale", changed=picture(scale=1e-45), follows=False),
    Row("a gray picture", changed=picture(1, 1, 6, 5), follows=False),
    Row("a picture of the last axis", changed=picture(1, 6, 5, 3, layout="NHWC"), follows=False),
    Row("a picture of negative numbers", changed=picture(scale=-MAX_FLOAT32, offset=-MAX_FLOAT32),
        follows=False),
    Row("the most steps", changed={"steps": steps_of(MAX_STEPS), "runs": [MAX_STEPS - 2] * 2},
        follows=False),
    Row("the longest name of a tensor", changed=step(1, makes=["a" * 255])
        | step(2, takes=["a" * 255])),
    Row("a name with dots", changed=step(1, makes=["left.resized.2"])
        | step(2, takes=["left.resized.2"])),
    Row("a tensor that no step takes", changed=step(2, takes=["decoded.small"])
        | step(1, makes=["decoded.small"])),
)  # fmt: skip

REFUSED_STEPS = (
    Row("no height", "height", prep(height=0)),
    Row("a height that is long", "height", sized(MAX_SIDE + 1, 1)),
    Row("a width that is long", "width", sized(1, MAX_SIDE + 1)),
    Row("more than 40 megapixels", "height", sized(8000, 5001)),
    Row("a size that is not the input's", "inputs", prep(height=7)),
    Row("a step of another kind", "step", step(2, step="equalize")),
    Row("a kind that is no text", "step", step(2, step=3)),
    Row("no steps", "steps", {"steps": []}, follows=False),
    Row("too many steps", "steps", {"steps": steps_of(MAX_STEPS + 1)}, follows=False),
    Row("no network", "steps", {"steps": STEPS[:3]}, follows=False),
    Row("two networks", "steps", {"steps": [*STEPS[:4], STEPS[3], STEPS[4]]}, follows=False),
    Row("a tensor that is not made", "takes", step(1, takes=["pixels"])),
    Row("a tensor that is made later", "takes", step(1, takes=["image"])),
    Row("a tensor that is made twice", "makes", step(2, makes=["decoded"]), follows=False),
    Row("a tensor named with a dash", "makes", step(1, makes=["re-sized"])),
    Row("a tensor without a name", "makes", step(1, makes=[""])),
    Row("a tensor of a long name", "makes", step(1, makes=["a" * 256])),
    Row("a source named with a slash", "takes", step(0, takes=["a/b"])),
    Row("a step that takes nothing", "takes", step(1, takes=[])),
    Row("a step that takes two tensors", "takes", step(2, takes=["resized", "decoded"])),
    Row("a step that makes two tensors", "makes", step(1, makes=["resized", "again"])),
    Row("takes that are no list", "takes", step(1, takes="decoded")),
    Row("floats that are resized", "takes", {"steps": resized_again()}, follows=False),
    Row("a photo of any size that is normalised", "takes", step(2, takes=["decoded"])),
    Row("an arg-max of pixels", "takes", step(4, takes=["resized"])),
    Row("an unknown order of channels", "channels", step(2, channels="hsv")),
    Row("an unknown layout", "layout", step(2, layout="CHWN")),
    Row("an input of another type", "dtype", step(2, dtype="float16")),
    Row("three means of gray", "mean", step(2, channels="gray") | network(1, 1, 6, 5),
        follows=False),
    Row("means of levels", "mean", step(2, dtype="uint8") | network(1, 3, 6, 5, dtype="uint8"),
        follows=False),
    Row("a shorter side of another fit", "shorter", prep(shorter=6)),
    Row("a shorter side below the size", "shorter", prep(fit="shorter", shorter=5)),
    Row("a long shorter side", "shorter", prep(fit="shorter", shorter=MAX_SIDE + 1)),
    Row("a softmax of an axis that is not there", "axis", ends({**SOFTMAX, "axis": 2}, TOP_K,
        shape=[1, 3]), follows=False),
    Row("a softmax of an axis from the end", "axis", ends({**SOFTMAX, "axis": -1}, TOP_K,
        shape=[1, 3]), follows=False),
    Row("more labels than classes", "labels", ends(SOFTMAX, TOP_K, shape=[1, 4]), follows=False),
    Row("more places than labels", "k", ends(SOFTMAX, {**TOP_K, "k": 4}, shape=[1, 3]),
        follows=False),
    Row("no places", "k", ends(SOFTMAX, {**TOP_K, "k": 0}, shape=[1, 3]), follows=False),
    Row("labels without values", "makes", ends(SOFTMAX, {**TOP_K, "makes": ["classes"]},
        shape=[1, 3]), follows=False),
    Row("labels of pixels", "takes", ends(SOFTMAX, TOP_K, shape=[1, 3, 6, 5]), follows=False),
    Row("a mask of two channels", "takes", ends(SIGMOID, THRESHOLD, shape=[1, 2, 6, 5]),
        follows=False),
    Row("a mask of three classes", "classes", ends(SIGMOID, {**THRESHOLD, "classes": ["a"] * 3},
        shape=[1, 1, 6, 5]), follows=False),
    Row("a mask of one colour", "palette", ends(SIGMOID, {**THRESHOLD, "palette": [[0, 0, 0]]},
        shape=[1, 1, 6, 5]), follows=False),
    Row("a threshold of 1e39", "above", ends(SIGMOID, {**THRESHOLD, "above": 1e39},
        shape=[1, 1, 6, 5]), follows=False),
    Row("runs of one number", "runs", {"runs": [3]}, follows=False),
    Row("runs of no numbers", "runs", {"runs": ["run", "run"]}, follows=False),
    Row("runs that begin with the photo", "runs", {"runs": [0, 3]}, follows=False),
    Row("runs that end before they begin", "runs", {"runs": [4, 3]}, follows=False),
    Row("runs that end behind the steps", "runs", {"runs": [3, 5]}, follows=False),
    Row("runs that begin below 0", "runs", {"runs": [-1, 3]}, follows=False),
    Row("runs without the network", "runs", {"runs": [4, 4]}, follows=False),
    Row("runs of other inputs", "inputs", {"runs": [2, 3]}, follows=False),
    Row("runs of other outputs", "outputs", {"runs": [3, 4]}, follows=False),
    Row("a std of 0", "std", prep(std=[0.2, 0, 0.3])),
    Row("a std of 1e-50", "std", prep(std=[0.2, 1e-50, 0.3])),
    Row("a std of 1e-40", "std", prep(std=[0.2, 1e-40, 0.3])),
    Row("a std of 1e39", "std", prep(std=[0.2, 1e39, 0.3])),
    Row("two stds", "std", prep(std=[0.2, 0.3])),
    Row("a mean of 1e39", "mean", prep(mean=[0.2, -1e39, 0.3])),
    Row("a mean of text", "mean", prep(mean=["a", 0, 0])),
    Row("an unknown fit", "fit", prep(fit="fill")),
    Row("an unknown filter", "filter", prep(filter="lanczos")),
    Row("a filter that is no text", "filter", prep(filter=3)),
    Row("an antialias that is a number", "antialias", prep(antialias=1)),
    Row("an antialias that is text", "antialias", prep(antialias="true")),
    Row("an unknown fit and filter", "fit", prep(fit="fill", filter="lanczos")),
    Row("a padding of 256 and an unknown filter", "pad", prep(pad=[0, 0, 256], filter="lanczos")),
    *(Row(f"integers of a {key} of {value}", key, quantized(**{key: value}), follows=False)
      for key, value in (("scale", 0), ("scale", -0.5), ("scale", 1e-40), ("scale", 1e39),
                         ("scale", "1"), ("zero_point", 128), ("zero_point", -129),
                         ("zero_point", 0.5), ("dtype", "int16"), ("dtype", 8))),
    Row("a zero point that uint8 does not have", "zero_point",
        quantized(dtype="uint8", zero_point=-1), follows=False),
    Row("a wrong scale and zero point", "scale", quantized(scale=0, zero_point=300), follows=False),
    Row("integers of pixels", "takes", quantized(takes=["resized"]), follows=False),
    Row("integers of two tensors", "takes", quantized(takes=["floats", "floats"]), follows=False),
    Row("integers that are no input", "inputs", quantized() | {"inputs": [
        spec("image", 1, 3, 6, 5)]}, follows=False),
    *(Row(f"floats of a {key} of {value}", key, dequantized(**{key: value}), follows=False)
      for key, value in (("scale", 0), ("scale", 1e39), ("zero_point", -1), ("zero_point", 256))),
    Row("floats of floats", "takes", ends(DEQUANTIZE | {"takes": ["out"], "makes": ["more"]},
        shape=[1, 3]), follows=False),
    *(Row(f"a picture of a {key} of {value}", key, picture(**{key: value}), follows=False)
      for key, value in (("scale", 0), ("scale", 1e-46), ("scale", 1e39),
                         ("offset", -1e39), ("offset", "0"), ("layout", "CHW"))),
    Row("a picture of two channels", "takes", picture(1, 2, 6, 5), follows=False),
    Row("a picture of another layout", "takes", picture(layout="NHWC"), follows=False),
    Row("a picture without a batch", "takes", picture(3, 6, 5), follows=False),
    Row("a picture of two", "takes", picture(2, 3, 6, 5), follows=False),
    Row("a picture beyond 40 megapixels", "takes", picture(1, 1, 8000, 5001), follows=False),
    Row("a picture of pixels", "takes", picture(takes=["resized"]), follows=False),
    Row("a padding of 256", "pad", prep(pad=[0, 0, 256])),
    Row("a padding of -1", "pad", prep(pad=[0, -1, 0])),
    Row("no classes", "classes", step(4, classes=[], palette=[])),
    Row("257 classes", "classes", classes(MAX_CLASSES + 1)),
    Row("a colour of 256", "palette", {"steps.4.palette.1": [0, 256, 0]}),
    Row("two colours for three classes", "palette", step(4, palette=[[0, 0, 0], [1, 1, 1]])),
    *(Row(f"{what} without {key}", key, without(**{key: ABSENT}), follows=False)
      for what, without, keys in (("integers", quantized, ("scale", "zero_point", "dtype")),
                                  ("floats", dequantized, ("scale", "zero_point")),
                                  ("a picture", picture, ("scale", "offset", "layout")))
      for key in keys),
    Row("scores of other classes", "classes", {"outputs": [spec("out", 1, 4, 6, 5)]}),
)  # fmt: skip
