"""What an onnxruntime loads, found by loading: run by that onnxruntime's own Python.

`onnxruntime_probe.py FOLDER` loads `FOLDER/<kind>/<number>.<suffix>` and prints as JSON by kind the
numbers that loaded, and the kernels of the processor where this version lists them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as native

SILENT = 4
"""Fatal messages only; a model that does not load raises as well."""


def loads(path: Path) -> bool:
    """Whether a session can be made of the file."""
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
    """Print what loads."""
    found = {
        kind.name: [int(p.stem) for p in kind.iterdir() if loads(p)]
        for kind in Path(sys.argv[1]).iterdir()
    }
    print(json.dumps({"loaded": found, "kernels": kernels()}))


if __name__ == "__main__":
    main()
