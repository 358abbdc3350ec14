"""What a file asks of the runtime that is to load it, as its reader tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onpar.exporters.errors import left_out
from onpar.pipeline.errors import OnparError


@dataclass(frozen=True)
class Use:
    """One operator that a file asks for; equal ones are one.

    name        `aten::conv2d`, `ai.onnx::Conv`, MIL's `conv`, `aten::add.out` of ExecuTorch
    overload    of bytecode: the overload's name; None where the loader resolves it
    given       of a call: each positional argument's kind, as `torch_code` names them
    keywords    of a call: each keyword argument's name with its kind
    specified   of bytecode: how many arguments it hands over; None where it does not say
    since       of ONNX: the version of the operator's definition; 0 where that is not known
    types       of ONNX: the item type that stands for each type parameter that has a value; empty
                where it is not known
    items       of ONNX, where the type parameters are not known: the item types of its values
    body        of ONNX: the operators that its definition is made of, where it says so: they stand
                for it where there is no kernel
    written     of ONNX: the opset that `body` was written for
    opset       of a MIL operator: that of its function, such as `CoreML5`
    where       a place in the file where it is asked for, for people
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
        """Its name, with the overload where that is fixed."""
        return f"{self.name}.{self.overload}" if self.overload else self.name


@dataclass(frozen=True)
class Contents:
    """A file, read without being run.

    file_version  as in `table.Runtime.file_versions`; of `.ort` the IR version of its model
    bytecode      of a `.ptl`: its bytecode version
    opsets        of ONNX: the opset by domain, the default one being `ai.onnx`
    uses          the operators
    delegates     of a `.pte`: how many parts each delegate was given
    container     of an `.ort`: the version of the ORT format; of a `.pte`: that of its container
    names         of `.pt` and `.ptl`: the globals of its pickles and the custom classes of its code
    types         of a `.ptl`: the types that its bytecode names
    enums         of a `.ptl`: the enums of which its pickles hold a value
    frozen        of TorchScript: whether `torch.jit.freeze` has been over it; True of all others
    script        of a `.ptl`: its TorchScript, which the full interpreter loads instead of bytecode
    no_script     of a `.ptl` without `script`: why it has none, as a sentence's end
    unchecked     what preflight does not look at in such a file, as a sentence's end
    left_out_as   what a recipe's `left_out` calls such a file, where that is not `format`
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
        """The end of a remedy: how to do without the file."""
        return f"or leave it out: {left_out(self.left_out_as or self.format)}"


MAX_NAME_LENGTH = 400
"""Characters of why a file cannot be read."""


class UnreadableError(OnparError):
    """A file that is not what its suffix says; `what` is why, without the path."""

    def __init__(self, path: Path, what: str) -> None:
        # What a damaged file says of itself may have any length.
        self.what = " ".join(what.split())[:MAX_NAME_LENGTH]
        super().__init__(f"{path}: {self.what}; export it again, or give a whole file")


def unreadable(path: Path, what: str) -> UnreadableError:
    """The error for a file that is not what its suffix says."""
    return UnreadableError(path, what)


MAX_FILE_BYTES = 256 << 20
"""Bytes of a part of a file that is read whole, such as a program. Weights are not. What is parsed
in Python has lower limits of its own (torch_archive.py)."""
