"""What a file requires of a runtime that loads it, as found by its reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onpar.exporters.errors import left_out
from onpar.pipeline.errors import OnparError


@dataclass(frozen=True)
class Use:
    """An operator that a file uses; equal uses are one.

    name        `aten::conv2d`, `ai.onnx::Conv`, MIL's `conv`, `aten::add.out` of ExecuTorch
    overload    for bytecode: the overload's name; None if the loader resolves it
    given       for a call: the kind of each positional argument, as in `torch_code`
    keywords    for a call: each keyword argument's name and kind
    specified   for bytecode: the number of arguments; None if it is not stated
    since       for ONNX: the version of the operator's definition; 0 if unknown
    types       for ONNX: the item type of each type parameter that has a value; empty
                if unknown
    items       for ONNX, if the type parameters are unknown: the item types of its values
    body        for ONNX: the operators in its definition, if it has a body: they replace it
                if it has no kernel
    written     for ONNX: the opset that `body` was written for
    opset       for a MIL operator: the opset of its function, such as `CoreML5`
    where       a place in the file where it is used, for people
    """

    name: str
    overload: str | None = None
    given: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()
    specified: int | None = None
    since: int = 0
    types: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] | None = None
    body: tuple[Use, ...] = ()
    written: int = 0
    opset: str = ""
    where: str = field(default="", compare=False)

    @property
    def operator(self) -> str:
        """Its name, with the overload if that is fixed."""
        return f"{self.name}.{self.overload}" if self.overload else self.name


@dataclass(frozen=True)
class Contents:
    """The contents of a file, read without running it.

    file_version  as in `table.Runtime.file_versions`; for `.ort` the IR version of its model
    bytecode      for `.ptl`: its bytecode version
    opsets        for ONNX: the opset by domain; the default domain is `ai.onnx`
    uses          the operators
    delegates     for `.pte`: the number of parts for each delegate
    container     for `.ort`: the version of the ORT format; for `.pte`: that of its container
    names         for `.pt` and `.ptl`: the globals of its pickles, the custom classes of its code
    types         for `.ptl`: the types that its bytecode names
    enums         for `.ptl`: the enums with a value in its pickles
    frozen        for TorchScript: whether it was frozen by `torch.jit.freeze`; else True
    script        for `.ptl`: its TorchScript, which the full interpreter loads instead of bytecode
    no_script     for `.ptl` without `script`: why it has none, as the end of a sentence
    unchecked     what preflight does not check in such a file, as the end of a sentence
    left_out_as   the name of such a file in a recipe's `left_out`, if that is not `format`
    """

    format: str
    file_version: int
    uses: tuple[Use, ...]
    bytecode: int | None = None
    opsets: Mapping[str, int] = field(default_factory=dict)
    delegates: Mapping[str, int] = field(default_factory=dict)
    container: int = 0
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    enums: tuple[str, ...] = ()
    frozen: bool = True
    script: Contents | None = None
    no_script: str = ""
    unchecked: str = ""
    left_out_as: str = ""

    @property
    def leave_out(self) -> str:
        """The end of a remedy: how to leave out the file."""
        return f"or leave it out: {left_out(self.left_out_as or self.format)}"


MAX_NAME_LENGTH = 400
"""The maximum length of the reason why a file cannot be read."""


class UnreadableError(OnparError):
    """A file that does not match its suffix; `what` is the reason, without the path."""

    def __init__(self, path: Path, what: str) -> None:
        # Text from a damaged file may have any length.
        self.what = " ".join(what.split())[:MAX_NAME_LENGTH]
        super().__init__(f"{path}: {self.what}; export it again, or give a whole file")


def unreadable(path: Path, what: str) -> UnreadableError:
    """The error for a file that does not match its suffix."""
    return UnreadableError(path, what)


MAX_FILE_BYTES = 256 << 20
"""The maximum size, in bytes, of a part of a file that is read as a whole, such as a program;
weights are not. Parts that are parsed in Python have lower limits (torch_archive.py)."""
