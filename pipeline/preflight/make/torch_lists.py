"""The operators that a PyTorch itself lists, and which texts of a library are operators."""

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
"""What old releases import and do not require."""

UNKNOWN_SCHEMA = "(...) -> ..."
"""Of operators that are registered without a text. A file can have two kinds of them: those of
remote calls, which no mobile build has, and this one."""
ALWAYS_PRESENT_OPERATOR = "prim::tolist"
"""Registered with the interpreter's primitives, in every build (register_prim_ops.cpp)."""
MOBILE = "vulkan_prepack"
"""The namespace that only mobile builds have."""

Schemas = dict[str, str]
"""By name an operator's schema, `(Tensor self) -> Tensor`."""


@cache
def listed(version: str) -> Schemas:
    """What the release of PyPI lists, asked in an environment of its own."""
    return _listed_by(environment("torch", version, *SETUPTOOLS))


@cache
def listed_here() -> Schemas:
    """What this project's own PyTorch lists, in a process of its own: whatever else this one has
    imported (torchvision, ExecuTorch) lists its operators too."""
    return _listed_by(Path(sys.executable))


def _listed_by(python: Path) -> Schemas:
    return dict(_split(text) for text in json.loads(ask(python, "-c", LIST)))


def operators(
    library: Path,
    nearest: Schemas,
    others: Schemas,
    shared: Mapping[str, Collection[str]] | None = None,
) -> Schemas:
    """The operators of a library: those of its texts whose name a list has.

    A name may have several texts, as graphs are compared with some: that is taken which `nearest`,
    the list of the nearest release, has; else the generated registration's, which comes without a
    namespace. Of the operators `shared` any of these texts may be a longer one's end, as GNU's
    linker lays them.
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
    """By name without namespace the namespace that a registration would leave out: aten's before
    any other's. `prim` and Python's own are never registered so."""
    spaces = dict[str, str]()
    for full in sorted(lists, key=lambda name: name.startswith("aten::")):
        space, name = full.split("::", 1)
        if space not in ("prim", "prims", "nvprims", "quantized"):
            spaces[name] = space
    return spaces


def _chosen(texts: list[str], expected: str | None) -> str:
    return expected if expected in texts else texts[0]
