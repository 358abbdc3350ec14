"""One table of sidecars, which Python, Java and C++ all take or all refuse.

A row changes a sound sidecar. Where it is refused, each error names the last part of `key`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from preps import Prep
from sidecars import artifact, sealed

from onpar.parity.contract.sidecar import sidecar_text
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.limits.limits import (
    MAX_CASES,
    MAX_CLASSES,
    MAX_FLOAT32,
    MAX_JSON_DEPTH,
    MAX_SIDE,
    MAX_STEPS,
    MAX_TENSOR_BYTES,
    MAX_TENSORS,
    MIN_SCALE,
    MIN_STD,
)

PREP = Prep("image", 6, 5, (0.5, 0.4, 0.3), (0.2, 0.25, 0.3), "letterbox", (9, 99, 199))

SHA = "0123456789abcdef" * 4

ABSENT = object()
"""The value of a key that is removed."""


@dataclass(frozen=True)
class Row:
    """A sidecar: `changed` has new values by path (`steps.2.std`), `text` replaces a piece of its
    JSON, and `end` follows the JSON. `key` is what is wrong with it; empty: it is sound. `follows`
    says that the steps follow from other inputs and outputs."""

    name: str
    key: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)
    text: tuple[str, str] = ("", "")
    end: str = ""
    io: str = "tensor"
    follows: bool = True


def text_of(row: Row) -> str:
    """The row's sidecar. What of it follows from the rest follows from the changes too: the model's
    inputs and outputs, the network's step, the arrays and their sources, the options' size, and the
    digests."""
    facts = json.loads(sidecar_text(artifact(PREP)))
    model = facts["model"]
    if row.io == "image":
        photo = {**facts["inputs"][0], "shape": [6, 5, 3], "dtype": "uint8"}
        drawn = {**facts["outputs"][0], "name": "classmap", "shape": [6, 5], "dtype": "uint8"}
        facts |= {"io": "image", "inputs": [photo], "outputs": [drawn], "runs": [2, 4]}
    for path, value in row.changed.items():
        put(facts, path.split("."), value)
    if row.io == "tensor":
        model |= {"inputs": facts.get("inputs", []), "outputs": facts.get("outputs", [])}
        if row.follows:
            follow(facts)
    model["steps"] = facts.get("steps", [])
    sizes = [one for one in model["steps"] if one.get("step") == "resize-image"]
    for one in sizes:
        facts["options"] |= {key: one[key] for key in ("height", "width") if key in one}
    if "recipe_sha256" not in row.changed:
        facts["recipe_sha256"] = recipe_digest(model)
    old, new = row.text
    text = sealed(facts)
    assert old in text, f"{row.name}: {old} is not in it"
    return text.replace(old, new, 1) + row.end


def follow(facts: Any) -> None:
    """The network's step and the arrays, for other inputs and outputs; the cases for the arrays."""
    steps, names = facts["steps"], [one.get("name") for one in facts["inputs"]]
    at = next(i for i, one in enumerate(steps) if one["step"] == "run")
    arrays = [one for one in facts["inputs"] if one.get("name") not in ("image", None)]
    steps[at] |= {"takes": names, "makes": [one.get("name") for one in facts["outputs"]]}
    steps[at:at] = [
        {"step": "given", "takes": [one["name"]], "makes": [one["name"]]}
        | {key: one.get(key) for key in ("shape", "dtype")}
        for one in arrays
    ]
    facts["runs"] = [at + len(arrays)] * 2
    for one in facts["cases"][:1] if arrays else ():
        one["sources"] += [source(array["name"], "") for array in arrays]


def put(facts: Any, path: list[str], value: Any) -> None:
    """Change the value at a path."""
    *way, last = (int(part) if part.isdigit() else part for part in path)
    for part in way:
        facts = facts[part]
    if value is ABSENT:
        del facts[last]
    else:
        facts[last] = value


def recipe_digest(model: Any) -> str:
    """That of the model, as far as it is one."""
    try:
        return msgspec.json.decode(msgspec.json.encode(model), type=ModelSpec).sha256
    except msgspec.ValidationError:
        return SHA


def spec(name: str, *shape: int, dtype: str = "float32") -> dict[str, Any]:
    return {"name": name, "shape": list(shape), "dtype": dtype, "groups": None}


def source(name: str, file: str, sha256: str = SHA) -> dict[str, Any]:
    return {"name": name, "file": file, "sha256": sha256}


def case(name: str, image: str = "dog.png", sha256: str = SHA) -> dict[str, Any]:
    return {"name": name, "sources": [source("photo", image, sha256)]}


def sized(height: int, width: int) -> dict[str, Any]:
    """A model that takes photos of this size."""
    return prep(height=height, width=width) | {"inputs": [spec("image", 1, 3, height, width)]}


def prep(**fields: Any) -> dict[str, Any]:
    """Other constants of the photo's steps."""
    return {f"steps.{2 if key in ('mean', 'std') else 1}.{key}": v for key, v in fields.items()}


def step(index: int, **fields: Any) -> dict[str, Any]:
    """Other constants of a step: 0 decode-image, 1 resize-image, 2 normalize, 3 run, 4 argmax."""
    return {f"steps.{index}.{key}": value for key, value in fields.items()}


def classes(count: int) -> dict[str, Any]:
    """A class map of so many classes."""
    names, palette = [f"class {i}" for i in range(count)], [[0, 0, i % 256] for i in range(count)]
    return step(4, classes=names, palette=palette) | {"outputs": [spec("out", 1, count, 6, 5)]}


STEPS: list[Any] = json.loads(sidecar_text(artifact(PREP)))["steps"]


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


def outputs(*more: dict[str, Any]) -> dict[str, Any]:
    """More outputs than the scores."""
    return {"outputs": [spec("out", 1, 3, 6, 5), *more]}


def deep(levels: int) -> dict[str, Any]:
    """Lists in one another: with the sidecar itself so many levels."""
    lists = levels - 1
    return {"more": json.loads("[" * lists + "]" * lists)}


WRITTEN = (
    "file", "sha256", "format", "io", "engine", "weights_sha256", "recipe_sha256", "cases",
    "steps", "runs", "model.recipe", "steps.0.step", "steps.0.takes", "steps.0.makes",
    "steps.1.height", "steps.1.width", "steps.1.fit", "steps.1.pad", "steps.1.shorter",
    "steps.1.filter", "steps.1.antialias",
    "steps.2.mean", "steps.2.std", "steps.2.channels", "steps.2.layout", "steps.2.dtype",
    "steps.3.takes", "steps.3.makes", "steps.4.classes", "steps.4.palette", "inputs.0.name",
    "inputs.0.shape", "inputs.0.dtype", "outputs.0.name", "outputs.0.shape", "outputs.0.dtype",
    "cases.0.name", "cases.0.sources", "cases.0.sources.0.name", "cases.0.sources.0.file",
    "cases.0.sources.0.sha256",
)  # fmt: skip
"""Keys that every sidecar has, and that the hosts read."""

SOUND = (
    Row("as it is"),
    Row("with io image", io="image"),
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
    Row("the most outputs", changed=outputs(*(spec(f"o{i}", 1) for i in range(MAX_TENSORS - 1)))),
    Row("the most axes", changed=outputs(spec("aux", *[1] * 32))),
    Row("no axis", changed=outputs(spec("aux"))),
    Row("the largest tensor", changed=outputs(spec("aux", (MAX_TENSOR_BYTES - 3) // 4))),
    Row("the longest tensor name", changed=outputs(spec("a" * 255, 1))),
    Row("other item types", changed={"inputs": [
        spec("image", 1, 3, 6, 5), spec("a", 1, dtype="int64"), spec("b", 1, dtype="int32"),
        spec("c", 1, dtype="uint8"), spec("d", 1, dtype="int8")]}),
    Row("no case", changed={"cases": []}),
    Row("the longest case name", changed={"cases": [case("é" * 75)]}),
    Row("a case with spaces and signs", changed={"cases": [case("a b-c.d (1)")]}),
    Row("the longest file name", changed={"cases": [case("dog", "a" * 251 + ".png")]}),
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
    Row("an input without groups", changed={"inputs.0.groups": ABSENT}),
    Row("an output without groups", changed={"outputs.0.groups": ABSENT}),
    Row("spaces behind its end", end=" \t\r\n \n"),
    Row("nested as deep as may be", changed=deep(MAX_JSON_DEPTH)),
)  # fmt: skip

REFUSED = (
    Row("a sha256 that is short", "sha256", {"sha256": "aa"}),
    Row("a sha256 in capitals", "weights_sha256", {"weights_sha256": SHA.upper()}),
    Row("a sha256 that is long", "recipe_sha256", {"recipe_sha256": SHA + "0"}),
    Row("a file in another folder", "file", {"file": "../sample.onnx"}),
    Row("a hidden file", "file", {"file": ".sample.onnx"}),
    Row("a file like an option", "file", {"file": "-sample.onnx"}),
    Row("a file without a name", "file", {"file": ""}),
    Row("a file of two lines", "file", {"file": "a\nb.onnx"}),
    Row("a file name of 256 bytes", "file", {"file": "a" * 251 + ".onnx"}),
    Row("an io that is none", "io", {"io": "video"}),
    Row("no inputs", "inputs", {"inputs": []}),
    Row("too many outputs", "outputs", outputs(*(spec(f"o{i}", 1) for i in range(MAX_TENSORS)))),
    Row("a tensor name with a dash", "name", outputs(spec("a-b", 1))),
    Row("a tensor name with a digit in front", "name", outputs(spec("1a", 1))),
    Row("a tensor name that is long", "name", outputs(spec("a" * 256, 1))),
    Row("two outputs of a name", "name", outputs(spec("out", 1))),
    Row("an output named as the input", "name", outputs(spec("image", 1))),
    Row("an output of integers", "dtype", outputs(spec("aux", 1, dtype="int64"))),
    Row("an unknown item type", "dtype", {"inputs": [
        spec("image", 1, 3, 6, 5), spec("a", 1, dtype="bfloat16")]}),
    Row("too many axes", "shape", outputs(spec("aux", *[1] * 33))),
    Row("a side of 0", "shape", outputs(spec("aux", 1, 0))),
    Row("a side below 0", "shape", outputs(spec("aux", 1, -1))),
    Row("a tensor of 2 GiB", "shape", outputs(spec("aux", 1 << 29))),
    Row("a tensor beyond 64 bits", "shape", outputs(spec("aux", *[1 << 30] * 4))),
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
      for key, value in (("scale", 0), ("scale", 1e39), ("offset", -1e39), ("offset", "0"),
                         ("layout", "CHW"))),
    Row("a picture of two channels", "takes", picture(1, 2, 6, 5), follows=False),
    Row("a picture of another layout", "takes", picture(layout="NHWC"), follows=False),
    Row("a picture without a batch", "takes", picture(3, 6, 5), follows=False),
    Row("a picture of two", "takes", picture(2, 3, 6, 5), follows=False),
    Row("a picture beyond 40 megapixels", "takes", picture(1, 1, 8000, 5001), follows=False),
    Row("a picture of pixels", "takes", picture(takes=["resized"]), follows=False),
    *(Row(f"{what} without {key}", key, without(**{key: ABSENT}), follows=False)
      for what, without, keys in (("integers", quantized, ("scale", "zero_point", "dtype")),
                                  ("floats", dequantized, ("scale", "zero_point")),
                                  ("a picture", picture, ("scale", "offset", "layout")))
      for key in keys),
    Row("a padding of 256", "pad", prep(pad=[0, 0, 256])),
    Row("a padding of -1", "pad", prep(pad=[0, -1, 0])),
    Row("no classes", "classes", step(4, classes=[], palette=[])),
    Row("257 classes", "classes", classes(MAX_CLASSES + 1)),
    Row("a colour of 256", "palette", {"steps.4.palette.1": [0, 256, 0]}),
    Row("two colours for three classes", "palette", step(4, palette=[[0, 0, 0], [1, 1, 1]])),
    Row("scores of other classes", "classes", {"outputs": [spec("out", 1, 4, 6, 5)]}),
    Row("too many cases", "cases", {"cases": [case(f"c{i}") for i in range(MAX_CASES + 1)]}),
    Row("two cases of a name", "name", {"cases": [case("dog"), case("DOG")]}),
    Row("a case like an option", "name", {"cases": [case("-dog")]}),
    Row("a hidden case", "name", {"cases": [case(".dog")]}),
    Row("a case in another folder", "name", {"cases": [case("a/dog")]}),
    Row("a case with a colon", "name", {"cases": [case("a:dog")]}),
    Row("a case without a name", "name", {"cases": [case("")]}),
    Row("a case name of 151 bytes", "name", {"cases": [case("é" * 75 + "e")]}),
    Row("a case of a control character", "name", {"cases": [case("a\x7f")]}),
    Row("a photo like an option", "file", {"cases": [case("dog", "-dog.png")]}),
    Row("a photo in another folder", "file", {"cases": [case("dog", "../dog.png")]}),
    Row("a case without a photo", "file", {"cases": [case("dog", "")]}),
    Row("a case without sources", "sources", {"cases.0.sources": []}),
    Row("a case of another source", "sources", {"cases.0.sources.0.name": "picture"}),
    Row("a case of two photos", "sources", {"cases.0.sources": [
        source("photo", "a.png"), source("other", "b.png")]}),
    Row("a photo's digest that is none", "sha256", {"cases": [case("dog", sha256="")]}),
    Row("with io image two inputs", "inputs", {
        "inputs": [spec("image", 6, 5, 3, dtype="uint8"), spec("a", 1)]}, io="image"),
    Row("with io image two outputs", "outputs", {
        "outputs": [spec("classmap", 6, 5, dtype="uint8"), spec("a", 1)]}, io="image"),
    Row("with io image a float input", "inputs", {
        "inputs": [spec("image", 6, 5, 3)]}, io="image"),
    *(Row(f"no {path}", path.rpartition(".")[2], {path: ABSENT}, follows=path[0] not in "rs")
      for path in WRITTEN),
    Row("a number that is no integer", "runs", text=('"runs": [3', '"runs": [3.0')),
    Row("a key twice", "twice", text=('"io": "tensor"', '"io": "image", "io": "tensor"')),
    Row("a key twice inside", "twice", text=('"fit": ', '"fit": "crop", "fit": ')),
    Row("nested too deeply", "not a readable sidecar", deep(MAX_JSON_DEPTH + 1)),
    Row("a byte order mark", "not a readable sidecar", text=("{", "\ufeff{")),
    Row("half of a surrogate pair", "not a readable sidecar", text=(
        '"engine": ""', '"engine": "\\ud800"')),
    Row("more behind its end", "not a readable sidecar", text=('"sidecar_sha256"', '"x": 1}{"y"')),
    Row("a NUL byte behind its end", "not a readable sidecar", end="\0"),
    Row("JSON behind a NUL byte", "not a readable sidecar", end="\n\0{}"),
    Row("a NUL byte inside", "not a readable sidecar", text=('"io"', '\0"io"')),
    Row("a letter behind its end", "not a readable sidecar", end="\nx"),
    Row("a control character behind its end", "not a readable sidecar", end="\x0c"),
    Row("a space that is none of JSON's", "not a readable sidecar", end="\u00a0"),
    Row("a number that JSON has not", "not a readable sidecar", text=(
        '"bytes": 1234', '"bytes": NaN')),
    Row("a number beyond a double", "not a readable sidecar", text=(
        '"export_seconds": 1.5', '"export_seconds": 1e999')),
)  # fmt: skip

ROWS = (*SOUND, *REFUSED)
