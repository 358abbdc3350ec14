"""Finds out what an onnxruntime loads, by loading it: run by that onnxruntime's Python.

`onnxruntime_probe.py FOLDER` loads `FOLDER/<kind>/<number>.<suffix>` and prints JSON: by kind, the
numbers that loaded, and the CPU kernels if this version lists them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as native

SILENT = 4
"""Only fatal messages; a model that does not load raises an error anyway."""


def loads(path: Path) -> bool:
    """Whether a session can be created from the file."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    try:
        onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception:
        return False
    return True


def kernels() -> list[Any] | None:
    """Domain, operator, versions and item types of each kernel; None before 1.16."""
    if not hasattr(native, "get_all_opkernel_def"):
        return None
    every = native.get_all_opkernel_def()
    return [
        (k.domain, k.op_name, k.version_range, k.type_constraints)
        for k in every
        if k.provider == "CPUExecutionProvider"
    ]


def main() -> None:
    """Print the results."""
    found = {
        kind.name: [int(p.stem) for p in kind.iterdir() if loads(p)]
        for kind in Path(sys.argv[1]).iterdir()
    }
    print(json.dumps({"loaded": found, "kernels": kernels()}))


if __name__ == "__main__":
    main()
