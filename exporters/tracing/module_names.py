"""The names of a program's modules, as `named_modules()` of what a recipe's build() returns has
them: an export wraps that module, once or twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

IN_ORDER = "module"
"""The module's name in an `InOrder`."""

BOUND = "bound_module"
"""Its name in the module of torch.fx that passes inputs by name (pipeline/module/binding.py)."""


def as_built(path: str, in_order: bool = True) -> str:
    """The module's name, for its path in the program; empty for build()'s module itself.

    `in_order` says whether the program is that of an `InOrder`.
    """
    for wrapper in (IN_ORDER,) * in_order + (BOUND,):
        first, _, rest = path.partition(".")
        path = rest if first == wrapper else path
    return path


def below(path: str, names: Collection[str]) -> bool:
    """Whether the module `path` is one of `names`, or below one of them."""
    return any(path == name or path.startswith(f"{name}.") for name in names)


def module_of(meta: Mapping[str, Any]) -> str:
    """The innermost module that a node of torch.export's program of an `InOrder` is from, by the
    node's `meta`; empty if it is from none."""
    stack = [path for path, *_ in meta.get("nn_module_stack", {}).values()]
    return as_built(stack[-1]) if stack else ""
