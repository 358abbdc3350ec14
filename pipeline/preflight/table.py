"""The table of published mobile runtimes: one JSON file per family in `tables/`.

It is made from the real packages by `python -m onpar.pipeline.preflight.make`; no line is written
by hand.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

TABLES = Path(__file__).with_name("tables")


class Runtime(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A published runtime, in one version.

    formats        the formats that it loads, from FORMATS
    file_versions  lowest and highest file version that it reads: for `.pt` and `.ptl` the
                   archive's `version`, for `.onnx` the IR version, for `.mlpackage` the
                   specification version, for `.pte` the schema version
    bytecode       for `.ptl`: lowest and highest bytecode version
    opsets         for `.onnx`: the highest opset that it knows, by domain; for `.mlpackage`
                   with `CoreML` the n of the newest functions' opset `CoreML<n>`
    ort_versions   for `.ort`: lowest and highest version of its format
    backends       for `.pte`: the delegates that are linked in
    operators      whether its operators are known
    source         what the entry was read from, and how
    """

    name: str
    version: str
    formats: tuple[str, ...]
    file_versions: tuple[int, int]
    source: str
    operators: bool = True
    bytecode: tuple[int, int] | None = None
    opsets: dict[str, int] = {}
    ort_versions: tuple[int, int] | None = None
    backends: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A family's runtimes and their operators.

    `operators` has, by name (`aten::add.Tensor`, `ai.onnx::Conv`, MIL's `conv`), the operator's
    schemas: the text after the name, and a bit mask, in which bit i is set if `runtimes[i]` has it.
    For an aten operator the text is `(Tensor self, ...) -> Tensor`; for an ONNX operator the
    versions of its CPU kernel (`22+`: from 22 on) and the item types by type parameter, `11 to 21
    T: float; T1: int32, int64`; for a MIL operator `iOS15`, the opset that defines it; for an
    ExecuTorch kernel it is empty.
    """

    runtimes: tuple[Runtime, ...]
    operators: dict[str, list[tuple[str, int]]]


def read_table(family: str) -> Table:
    """The table of `torch`, `onnxruntime`, `coreml` or `executorch`."""
    return msgspec.json.decode((TABLES / f"{family}.json").read_bytes(), type=Table)
