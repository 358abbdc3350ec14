"""The table of published mobile runtimes: data, one JSON file a family in `tables/`.

Made from the real packages by `python -m onpar.pipeline.preflight.make`; no line is written by
hand.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

TABLES = Path(__file__).with_name("tables")


class Runtime(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A published runtime, in one version.

    formats        what it loads, of FORMATS
    file_versions  lowest and highest version of a file that it reads: of a `.pt` and `.ptl` the
                   archive's `version`, of an `.onnx` the IR version, of an `.mlpackage` the
                   specification version, of a `.pte` the schema version
    bytecode       of a `.ptl`: lowest and highest bytecode version
    opsets         of an `.onnx`: the highest opset that it knows, by domain; of an `.mlpackage`
                   with `CoreML` the n of the newest functions' opset `CoreML<n>`
    ort_versions   of an `.ort`: lowest and highest version of its format
    backends       of a `.pte`: the delegates that are linked in
    operators      whether its operators are known
    source         what it was read from, and how
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
    """A family's runtimes, and which of them has which operator.

    `operators` has by name (`aten::add.Tensor`, `ai.onnx::Conv`, MIL's `conv`) its schemas: the
    text behind the name, and a bit mask: bit i is set where `runtimes[i]` has it. The text is, of
    an aten operator, `(Tensor self, ...) -> Tensor`; of an ONNX one the versions of its CPU kernel
    (`22+`: from there on) and the item types by type parameter, `11 to 21 T: float; T1: int32,
    int64`; of a MIL one `iOS15`, the opset that defines it; of an ExecuTorch kernel it is empty.
    """

    runtimes: tuple[Runtime, ...]
    operators: dict[str, list[tuple[str, int]]]


def read_table(family: str) -> Table:
    """The table of `torch`, `onnxruntime`, `coreml` or `executorch`."""
    return msgspec.json.decode((TABLES / f"{family}.json").read_bytes(), type=Table)
