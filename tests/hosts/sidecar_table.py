"""One table of sidecars, which Python, Java and C++ all take or all refuse.

A row changes a sound sidecar. Where it is refused, each error names the last part of `key`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sidecars import artifact, sealed

from onpar.parity.contract.sidecar import sidecar_text
from onpar.parity.contract.spec import ImagePrep, ModelSpec
from onpar.parity.limits.limits import (
    MAX_CASES,
    MAX_CLASSES,
    MAX_FLOAT32,
    MAX_JSON_DEPTH,
    MAX_SIDE,
    MAX_TENSOR_BYTES,
    MAX_TENSORS,
    MIN_STD,
)

PREP = ImagePrep("image", 6, 5, (0.5, 0.4, 0.3), (0.2, 0.25, 0.3), "letterbox", (9, 99, 199))

SHA = "0123456789abcdef" * 4

ABSENT = object()
"""The value of a key that is removed."""


@dataclass(frozen=True)
class Row:
    """A sidecar: `changed` has new values by path (`model.prep.std`), `text` replaces a piece of
    its JSON, and `end` follows the JSON. `key` is what is wrong with it; empty: it is sound."""

    name: str
    key: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)
    text: tuple[str, str] = ("", "")
    end: str = ""
    io: str = "tensor"


def text_of(row: Row) -> str:
    """The row's sidecar. What of it follows from the rest follows from the changes too: the model's
    inputs and outputs, the options' size, and the digests."""
    facts = json.loads(sidecar_text(artifact(PREP)))
    if row.io == "image":
        photo = {**facts["inputs"][0], "shape": [6, 5, 3], "dtype": "uint8"}
        drawn = {**facts["outputs"][0], "name": "classmap", "shape": [6, 5], "dtype": "uint8"}
        facts |= {"io": "image", "inputs": [photo], "outputs": [drawn]}
    for path, value in row.changed.items():
        put(facts, path.split("."), value)
    model = facts["model"]
    if row.io == "tensor":
        model |= {"inputs": facts["inputs"], "outputs": facts["outputs"]}
    if prep := model.get("prep"):
        size = {key: prep[key] for key in ("height", "width") if key in prep}
        facts["options"] |= size
    if "recipe_sha256" not in row.changed:
        facts["recipe_sha256"] = recipe_digest(model)
    old, new = row.text
    text = sealed(facts)
    assert old in text, f"{row.name}: {old} is not in it"
    return text.replace(old, new, 1) + row.end


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


def case(name: str, image: str = "dog.png", **more: str) -> dict[str, Any]:
    return {"name": name, "image": image, "sha256": SHA, "inputs_sha256": "", **more}


def sized(height: int, width: int) -> dict[str, Any]:
    """A model that takes photos of this size."""
    return {
        "model.prep.height": height,
        "model.prep.width": width,
        "inputs": [spec("image", 1, 3, height, width)],
    }


def prep(**fields: Any) -> dict[str, Any]:
    return {f"model.prep.{key}": value for key, value in fields.items()}


def classes(count: int) -> dict[str, Any]:
    """A class map of so many classes."""
    return {
        "model.classmap.classes": [f"class {i}" for i in range(count)],
        "model.classmap.palette": [[0, 0, i % 256] for i in range(count)],
        "outputs": [spec("out", 1, count, 6, 5)],
    }


def outputs(*more: dict[str, Any]) -> dict[str, Any]:
    """More outputs than the scores."""
    return {"outputs": [spec("out", 1, 3, 6, 5), *more]}


def deep(levels: int) -> dict[str, Any]:
    """Lists in one another: with the sidecar itself so many levels."""
    lists = levels - 1
    return {"more": json.loads("[" * lists + "]" * lists)}


WRITTEN = (
    "file", "sha256", "format", "io", "engine", "weights_sha256", "recipe_sha256", "cases",
    "model.recipe", "model.prep", "model.prep.input", "model.prep.height", "model.prep.width",
    "model.prep.mean", "model.prep.std", "model.prep.fit", "model.prep.pad", "model.classmap",
    "model.classmap.output", "model.classmap.classes", "model.classmap.palette", "inputs.0.name",
    "inputs.0.shape", "inputs.0.dtype", "outputs.0.name", "outputs.0.shape", "outputs.0.dtype",
    "cases.0.name", "cases.0.image", "cases.0.sha256",
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
        spec("c", 1, dtype="uint8")]}),
    Row("no case", changed={"cases": []}),
    Row("the longest case name", changed={"cases": [case("é" * 75)]}),
    Row("a case with spaces and signs", changed={"cases": [case("a b-c.d (1)")]}),
    Row("the longest file name", changed={"cases": [case("dog", "a" * 251 + ".png")]}),
    Row("other inputs of a case", changed={"cases": [case("dog", inputs_sha256=SHA)]}),
    Row("a case without inputs_sha256", changed={"cases.0.inputs_sha256": ABSENT}),
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
    Row("a size that is not the input's", "input", prep(height=7)),
    Row("an input that is not there", "input", prep(input="photo")),
    Row("a std of 0", "std", prep(std=[0.2, 0, 0.3])),
    Row("a std of 1e-50", "std", prep(std=[0.2, 1e-50, 0.3])),
    Row("a std of 1e-40", "std", prep(std=[0.2, 1e-40, 0.3])),
    Row("a std of 1e39", "std", prep(std=[0.2, 1e39, 0.3])),
    Row("two stds", "std", prep(std=[0.2, 0.3])),
    Row("a mean of 1e39", "mean", prep(mean=[0.2, -1e39, 0.3])),
    Row("a mean of text", "mean", prep(mean=["a", 0, 0])),
    Row("an unknown fit", "fit", prep(fit="fill")),
    Row("a padding of 256", "pad", prep(pad=[0, 0, 256])),
    Row("a padding of -1", "pad", prep(pad=[0, -1, 0])),
    Row("no classes", "classes", {"model.classmap.classes": [], "model.classmap.palette": []}),
    Row("257 classes", "classes", classes(MAX_CLASSES + 1)),
    Row("a colour of 256", "palette", {"model.classmap.palette.1": [0, 256, 0]}),
    Row("two colours for three classes", "palette", {
        "model.classmap.palette": [[0, 0, 0], [1, 1, 1]]}),
    Row("a class map of no output", "output", {"model.classmap.output": "scores"}),
    Row("scores of other classes", "output", {"outputs": [spec("out", 1, 4, 6, 5)]}),
    Row("too many cases", "cases", {"cases": [case(f"c{i}") for i in range(MAX_CASES + 1)]}),
    Row("two cases of a name", "name", {"cases": [case("dog"), case("DOG")]}),
    Row("a case like an option", "name", {"cases": [case("-dog")]}),
    Row("a hidden case", "name", {"cases": [case(".dog")]}),
    Row("a case in another folder", "name", {"cases": [case("a/dog")]}),
    Row("a case with a colon", "name", {"cases": [case("a:dog")]}),
    Row("a case without a name", "name", {"cases": [case("")]}),
    Row("a case name of 151 bytes", "name", {"cases": [case("é" * 75 + "e")]}),
    Row("a case of a control character", "name", {"cases": [case("a\x7f")]}),
    Row("a photo like an option", "image", {"cases": [case("dog", "-dog.png")]}),
    Row("a photo in another folder", "image", {"cases": [case("dog", "../dog.png")]}),
    Row("a case without a photo", "image", {"cases": [case("dog", "")]}),
    Row("a photo's digest that is none", "sha256", {"cases": [case("dog", sha256="")]}),
    Row("inputs' digest that is none", "inputs_sha256", {
        "cases": [case("dog", inputs_sha256="aa")]}),
    Row("with io image two inputs", "inputs", {
        "inputs": [spec("image", 6, 5, 3, dtype="uint8"), spec("a", 1)]}, io="image"),
    Row("with io image two outputs", "outputs", {
        "outputs": [spec("classmap", 6, 5, dtype="uint8"), spec("a", 1)]}, io="image"),
    Row("with io image a float input", "input", {
        "inputs": [spec("image", 6, 5, 3)]}, io="image"),
    *(Row(f"no {path}", path.rpartition(".")[2], {path: ABSENT}) for path in WRITTEN),
    Row("a number that is no integer", "width", text=('5, "mean"', '5.0, "mean"')),
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
