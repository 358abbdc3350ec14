"""Reads operators' schemas from a shared library of libtorch.

Every operator is registered by its schema's text, `add.Tensor(Tensor self, Tensor other, *, Scalar
alpha=1) -> Tensor`, which is in the library's read-only data. In generated registrations the
namespace is in `TORCH_LIBRARY`, in the interpreter's primitives it is in the text.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import torch

ARROW = re.compile(rb"\)\s*->")
BINARY = re.compile(rb"[^\n\x20-\x7e]+")
"""Bytes that may precede a text: another text's NUL, numbers, code."""
NAME = re.compile(r"\s*((?:[A-Za-z_]\w*::)?[A-Za-z_]\w*(?:\.\w+)?)\s*\(")
GENERATED_NAME = re.compile(r"__torch__[\w.]+")
DIMNAME = re.compile(r"(?<![.\w])Dimname\b")
MAX_STRING_LENGTH = 4000
"""The maximum length of a schema, in characters; the longest of 1.13.1 has 824."""

Texts = dict[str, list[str]]
"""By name, the texts after it, `(Tensor self) -> Tensor`: one of them is the operator's schema,
others are patterns that the library compares graphs with."""


def schema(text: str) -> tuple[str, str] | None:
    """A schema's name and the rest of it, as torch prints them; None if the text is not a schema.

    torch prints `str` for a Dimname, which its newer parser does not know. It does not know custom
    classes that are not linked in here either; they are replaced by a type that no such schema has.
    """
    text = DIMNAME.sub("str", text)
    classes = GENERATED_NAME.findall(text)
    try:
        printed = str(torch._C.parse_schema(GENERATED_NAME.sub("Stream", text)))
    except RuntimeError:
        return None
    if classes:
        back = iter(classes)
        printed = re.sub(r"\bStream\b", lambda _: next(back), printed)
    name, rest = printed.split("(", 1)
    return name, "(" + rest


def schemas(library: Path) -> tuple[Texts, Texts]:
    """The texts with and without a namespace in their name."""
    found: tuple[Texts, Texts] = {}, {}
    for text in sorted(_texts(library)):
        if (parsed := schema(text)) is not None:
            name, rest = parsed
            found["::" not in name].setdefault(name, []).append(rest)
    return found


def tails(library: Path, wanted: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The operators of `wanted` (by name, the possible schemas) whose text is the end of a longer
    text: GNU's linker lets `_addmm.out(…)` and `addmm.out(…)` share bytes."""
    found = dict[str, str]()
    texts = "\n".join(sorted(_texts(library))) + "\n"
    for full, rests in wanted.items():
        for spelled in (full, full.removeprefix("aten::")):
            for start in re.finditer(re.escape(f"{spelled}("), texts):
                parsed = schema(texts[start.start() : texts.index("\n", start.end())])
                if parsed is not None and parsed[1] in rests:
                    found[full] = parsed[1]
    return found


def _mapped(library: Path) -> mmap.mmap:
    with library.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _texts(library: Path) -> set[str]:
    with _mapped(library) as data:
        texts = {" ".join(text.split("\n")).strip() for text in _strings(data)}
    return {text for text in texts if NAME.match(text) and len(text) < MAX_STRING_LENGTH}


def _strings(data: mmap.mmap) -> Iterator[str]:
    for arrow in ARROW.finditer(data):
        end = data.find(b"\0", arrow.end(), arrow.end() + MAX_STRING_LENGTH)
        if end >= 0:
            before = data[max(0, arrow.start() - MAX_STRING_LENGTH) : end]
            yield BINARY.split(before)[-1].decode("ascii")
