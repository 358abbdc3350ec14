"""The operators that a PyTorch release lists, and the texts of a library that are operators."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from onpar.pipeline.preflight.make.fetch import ask, environment
from onpar.pipeline.preflight.make.torch_strings import schemas, tails

LIST = "import json, torch; print(json.dumps(list(map(str, torch._C._jit_get_all_schemas()))))"
SETUPTOOLS = ("numpy<2", "setuptools")
"""A package that old releases import but do not require."""

UNKNOWN_SCHEMA = "(...) -> ..."
"""The schema of operators that are registered without a text. A file can have two kinds of them:
those of remote calls, which no mobile build has, and this one."""
ALWAYS_PRESENT_OPERATOR = "prim::tolist"
"""It is registered with the interpreter's primitives, in every build (register_prim_ops.cpp)."""
MOBILE = "vulkan_prepack"
"""The namespace that only mobile builds have."""

Schemas = dict[str, str]
"""By operator, its schema, `(Tensor self) -> Tensor`."""


@cache
def listed(version: str) -> Schemas:
    """The operators that the release on PyPI lists, queried in a separate environment."""
    return _listed_by(environment("torch", version, *SETUPTOOLS))


@cache
def listed_here() -> Schemas:
    """The operators that this project's PyTorch lists, in a separate process: packages imported in
    this one (torchvision, ExecuTorch) add their operators."""
    return _listed_by(Path(sys.executable))


def _listed_by(python: Path) -> Schemas:
    return dict(_split(text) for text in json.loads(ask(python, "-c", LIST)))


def operators(
    library: Path,
    nearest: Schemas,
    others: Schemas,
    shared: Mapping[str, Collection[str]] | None = None,
) -> Schemas:
    """The operators of a library: its texts whose names are in a list.

    A name may have several texts, as some are patterns for graphs. The text in `nearest`, the list
    of the nearest release, is used; else that of the generated registration, which has no
    namespace. For the operators in `shared`, a text may be the end of a longer one, as GNU's linker
    merges them.
    """
    full, bare = schemas(library)
    spaces = {name: space for name, space in _spaces(others | nearest).items() if name in bare}
    found = Schemas()
    for name, space in spaces.items():
        found[f"{space}::{name}"] = _chosen(bare[name], nearest.get(f"{space}::{name}"))
    for name, texts in full.items():
        if name not in found and (name in nearest or name in others or name.startswith(MOBILE)):
            found[name] = _chosen(texts, nearest.get(name))
    missing = {name: texts for name, texts in (shared or {}).items() if name not in found}
    return found | tails(library, missing) | {ALWAYS_PRESENT_OPERATOR: UNKNOWN_SCHEMA}


def _split(text: str) -> tuple[str, str]:
    name, rest = text.split("(", 1)
    return name, "(" + rest


def _spaces(lists: Schemas) -> dict[str, str]:
    """By name without namespace, the namespace that a registration would leave out: aten before any
    other. `prim` and Python's own are never registered that way."""
    spaces = dict[str, str]()
    for full in sorted(lists, key=lambda name: name.startswith("aten::")):
        space, name = full.split("::", 1)
        if space not in ("prim", "prims", "nvprims", "quantized"):
            spaces[name] = space
    return spaces


def _chosen(texts: list[str], expected: str | None) -> str:
    return expected if expected in texts else texts[0]
