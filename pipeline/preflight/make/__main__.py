"""`python -m onpar.pipeline.preflight.make [FAMILY…]`: make the tables again from the real
packages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.make.written import Known, table, write

FAMILIES = {
    "torch": "onpar.pipeline.preflight.make.torch",
    "onnxruntime": "onpar.pipeline.preflight.make.onnxruntime",
    "coreml": "onpar.pipeline.preflight.make.coreml",
    "executorch": "onpar.pipeline.preflight.make.executorch",
}
"""By family, the module whose `known()` gives its runtimes."""


def main() -> None:
    """Make the families that are named, or all."""
    try:
        for family in sys.argv[1:] or FAMILIES:
            if family not in FAMILIES:
                raise OnparError(f"{family}: no such family; give one of {', '.join(FAMILIES)}")
            known: Callable[[], list[Known]] = import_module(FAMILIES[family]).known
            made = table(known())
            write(family, made)
            print(f"{family}: {len(made.runtimes)} runtimes, {len(made.operators)} operators")
    except OnparError as error:
        sys.exit(f"onpar: {error}")


if __name__ == "__main__":
    main()
