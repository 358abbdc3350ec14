"""Which operator of the user's model a converter was converting when it raised an error."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import torch
from torch.export import ExportedProgram

from onpar.exporters.errors import first_line


@dataclass(frozen=True)
class At:
    """An operator (`aten.grid_sampler.default`), and the source lines that it came from, as PyTorch
    keeps them; both empty if unknown."""

    operator: str
    stack: traceback.StackSummary


def where_failed(error: BaseException) -> At:
    """The operator that the innermost frame of the error's traceback was converting.

    Converters keep it in a variable: torch.onnx, ExecuTorch and FX as a node of FX; coremltools as
    a node of its own with that node's name, or with the kind of a trace's operator. Others name it
    in their message.
    """
    nodes: dict[str, torch.fx.Node] = {}
    named: tuple[str, str] | None = None
    frames = [frame for one in _chain(error) for frame in _frames(one)]
    for frame in reversed(frames):
        for value in list(frame.f_locals.values()):
            if named is None and isinstance(value, torch.fx.Node) and value.op == "call_function":
                return of_node(value)
            if isinstance(value, ExportedProgram):
                nodes |= {node.name: node for node in value.graph.nodes}
            elif named is None and _is_coremltools(value):
                named = value.name, value.kind
    if named is None:
        said = " ".join(str(one) for one in _chain(error))
        named_in = next((node for node in nodes.values() if _is_named(node, said)), None)
        return of_node(named_in) if named_in else At("", traceback.StackSummary())
    name, kind = named
    return of_node(nodes[name]) if name in nodes else At(kind, traceback.StackSummary())


def _is_named(node: torch.fx.Node, said: str) -> bool:
    """Whether a message names a node's operator, as ExecuTorch and coremltools do."""
    name = str(node.target)
    packet = name.split(".")[1] if name.count(".") == 2 else ""
    return node.op == "call_function" and (
        bool(packet) and (f"{name} " in said or f" kind {packet}" in f"{said} ")
    )


def of_node(node: torch.fx.Node) -> At:
    """A node's operator and the lines that it came from."""
    return At(str(node.target), _stack(node.meta.get("stack_trace") or ""))


def described(error: BaseException) -> str:
    """The operator that an error is about, then the error's class and first line."""
    said = f"{type(error).__name__}: {first_line(error)}"
    operator = where_failed(error).operator
    return f"{operator}: {said}" if operator else said


LINE = re.compile(
    r'^\s*File "(?P<file>.*)", line (?P<line>\d+), in (?P<name>.*)\n(?P<code>.*)', re.MULTILINE
)


def _stack(text: str) -> traceback.StackSummary:
    return traceback.StackSummary.from_list(
        [(m["file"], int(m["line"]), m["name"], m["code"].strip()) for m in LINE.finditer(text)]
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and its causes, outermost first."""
    seen = []
    at: BaseException | None = error
    while at is not None and at not in seen:
        seen.append(at)
        yield at
        at = at.__cause__ or at.__context__


def _frames(error: BaseException) -> Iterator[FrameType]:
    for frame, _ in traceback.walk_tb(error.__traceback__):
        yield frame


def _is_coremltools(value: Any) -> bool:
    return type(value).__name__ == "InternalTorchIRNode"
