"""What a trace would bake in: Python values that depend on the input's values."""

from __future__ import annotations

import linecache
import sys
import warnings
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakTensorKeyDictionary

WARNING = "Converting a tensor to a "
"""The beginning of the tracer's warning when a tensor becomes a Python boolean, integer, float,
number, list or NumPy array (torch/csrc/autograd/python_variable_methods.cpp). It does not warn
about an index."""

COPIES = {Tensor.tolist, Tensor.numpy, Tensor.__array__}
"""Conversions to Python that run no operator."""

OF_SHAPES = ("_like", "new_zeros", "new_ones", "new_empty", "new_full")
"""The names of operators that use only a tensor's shape."""

Place = tuple[str, int]
"""A file and a line in it."""


def conversions(caught: list[warnings.WarningMessage]) -> set[Place]:
    """Where the tracer warned that it bakes in a Python value, including values made of shapes."""
    return {
        (one.filename, one.lineno)
        for one in caught
        if issubclass(one.category, TracerWarning) and str(one.message).startswith(WARNING)
    }


def of_values(module: nn.Module, inputs: tuple[Tensor, ...], warned: set[Place]) -> list[str]:
    """Where a trace bakes in a value that depends on the inputs' values, with the code: some of the
    places that it `warned` about, and indices, about which it does not warn.

    The module runs once. Every tensor that is computed from an input's values is tracked, and the
    lines where one becomes a Python value are recorded. Sizes are plain numbers in this run, which
    no operator makes. An assertion is not recorded: it only decides whether the module continues.
    """
    followed = _Followed(inputs)
    with torch.no_grad(), followed, _Conversions(followed):
        module(*inputs)
    lines = [
        (file, line, linecache.getline(file, line).strip())
        for file, line in sorted(warned & followed.left | followed.indices)
    ]
    return [f"{f}, line {n}: {code}" for f, n, code in lines if not code.startswith("assert ")]


class _Followed(TorchDispatchMode):
    """Tracks the tensors that are computed from the inputs' values. `left` has every line that was
    running when one became a Python value, `indices` those where one became an index."""

    def __init__(self, inputs: tuple[Tensor, ...]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.made_of_inputs = WeakTensorKeyDictionary()
        self.left: set[Place] = set()
        self.indices: set[Place] = set()
        self.follow(inputs)

    def follow(self, values: Any) -> None:
        for one in _with_what_they_view(values):
            self.made_of_inputs[one] = True

    def follows(self, values: Any) -> bool:
        return any(one in self.made_of_inputs for one in _with_what_they_view(values))

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if self.follows((args, kwargs)) and not any(name in str(func) for name in OF_SHAPES):
            self.follow(result)
            if func is torch.ops.aten._local_scalar_dense.default:
                self.left |= _lines(sys._getframe(1))
        return result


class _Conversions(TorchFunctionMode):
    """Records the conversions that run no operator, and those about which the tracer does not
    warn."""

    def __init__(self, followed: _Followed) -> None:
        super().__init__()
        self.followed = followed

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func in COPIES and self.followed.follows(args):
            self.followed.left |= _lines(sys._getframe(1))
        if func is Tensor.__index__ and self.followed.follows(args):
            caller = sys._getframe(1)
            self.followed.indices.add((caller.f_code.co_filename, caller.f_lineno))
        return func(*args, **(kwargs or {}))


def _with_what_they_view(values: Any) -> list[Tensor]:
    tensors = [value for value in tree_leaves(values) if isinstance(value, Tensor)]
    return tensors + [value._base for value in tensors if value._base is not None]


def _lines(frame: FrameType | None) -> set[Place]:
    """The lines that are running, from the frame outwards."""
    lines = set()
    while frame:
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return lines
