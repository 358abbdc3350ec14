"""One table of sidecars, which Python, Java and C++ all take or all refuse.

A row changes a sound sidecar. Where it is refused, each error names the last part of `key`.
"""

from __future__ import annotations

from typing import Any

from json_table import REFUSED_JSON, SOUND_JSON
from sidecar_row import ABSENT, SHA, Row, case, source, spec, step
from step_table import REFUSED_STEPS, SOUND_STEPS, network, quantized

from onpar.parity.limits.limits import MAX_CASES, MAX_TENSOR_BYTES, MAX_TENSORS


def outputs(*more: dict[str, Any]) -> dict[str, Any]:
    """More outputs than the scores."""
    return {"outputs": [spec("out", 1, 3, 6, 5), *more]}


def array(dtype: str) -> dict[str, Any]:
    """A model that takes an array too."""
    return {"inputs": [spec("image", 1, 3, 6, 5), spec("a", 1, dtype=dtype)]}


LEVELS = step(2, dtype="uint8", mean=[], std=[]) | network(1, 3, 6, 5, dtype="uint8")
"""A model that takes a photo's levels."""

NOT_FOLDED = (("É", "é"), ("ß", "ss"), ("ς", "σ"), ("ﬁ", "fi"), ("\u212a", "k"), ("İ", "i\u0307"))
"""Names that Unicode folds alike: of a sidecar's cases only ASCII letters are folded."""

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
    Row("an input without groups", changed={"inputs.0.groups": ABSENT}),
    Row("an output without groups", changed={"outputs.0.groups": ABSENT}),
    Row("a file's class map of int32", then={"outputs.0.dtype": "int32"}, io="image"),
    *(Row(f"a file's int32 for an array of {dtype}", changed=array(dtype),
          then={"inputs.1.dtype": "int32"}) for dtype in ("int64", "uint8", "int8")),
    Row("a file's int32 for levels", changed=LEVELS, then={"inputs.0.dtype": "int32"},
        follows=False),
    Row("a file's int32 for integers", changed=quantized(), then={"inputs.0.dtype": "int32"},
        follows=False),
    Row("a file's own names", then={"inputs.0.name": "x", "outputs.0.name": "y"}),
    *(Row(f"cases named {one} and {other}", changed={"cases": [case(one), case(other)]})
      for one, other in NOT_FOLDED),
    *SOUND_STEPS,
    *SOUND_JSON,
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
    Row("with io image an int32 input", "inputs", then={"inputs.0.dtype": "int32"}, io="image"),
    *(Row(f"a file's class map of {dtype}", "outputs", then={"outputs.0.dtype": dtype}, io="image")
      for dtype in ("int64", "int8", "float32")),
    *(Row(f"a file's {file} for an array of {dtype}", "inputs", array(dtype),
          then={"inputs.1.dtype": file})
      for file, dtype in (("int64", "int32"), ("int8", "uint8"), ("int32", "float32"))),
    Row("a file's integers of another size for levels", "inputs", LEVELS,
        then={"inputs.0.dtype": "int64"}, follows=False),
    Row("a file's output named as its input", "name", then={"outputs.0.name": "image"}),
    Row("two outputs of the file of a name", "name", outputs(spec("aux", 1)),
        then={"outputs.1.name": "out"}),
    *(Row(f"a model's {what} by another name than its step's", what,
          then={f"model.{what}.0.name": "other"}) for what in ("inputs", "outputs")),
    Row("a model's input of another item type than its step's", "inputs",
        then={"model.inputs.0.dtype": "int64"}),
    *(Row(f"no {path}", path.rpartition(".")[2], {path: ABSENT}, follows=path[0] not in "rs")
      for path in WRITTEN),
    *REFUSED_STEPS,
    *REFUSED_JSON,
)  # fmt: skip

ROWS = (*SOUND, *REFUSED)
